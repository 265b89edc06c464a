// Starts Swagger UI with the document in the page. Nothing is asked of anybody until a reader sends a request.
"use strict";

// What Swagger UI leaves unsaid to those who hear a page instead of seeing it, said whenever it has drawn something anew.
const drawn = document.getElementById("swagger-ui");
const each = (selector, change) => drawn.querySelectorAll(selector).forEach(change);
const around = (part) => part.closest("tr, .opblock-section, .opblock, .servers")?.innerText.trim().split("\n")[0];
new MutationObserver(() => {
  each(".information-container, .schemes-server-container, .errors-wrapper", (part) => { part.role = "region"; });
  each("h3.opblock-tag, .models h4, .schemes-server-container h4, .errors-wrapper h4", (title) => { title.ariaLevel = "2"; });
  each(".opblock h4", (title) => { title.ariaLevel = "3"; });
  each("pre.microlight", (code) => { code.tabIndex = 0; });
  each("[role=region]", (part) => { part.ariaLabel ||= part.closest(".opblock")?.id || part.className; });
  each("select, textarea, .parameters input, input[data-variable]", (field) => { field.ariaLabel ||= around(field) || field.dataset.variable || field.id; });
}).observe(drawn, { childList: true, subtree: true });

window.ui = SwaggerUIBundle({
  spec: JSON.parse(document.getElementById("document").textContent),
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  deepLinking: false,
  queryConfigEnabled: false,
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  requestInterceptor(request) {
    if (request.loadSpec) throw new Error("the document is in the page; nothing else is loaded");
    return request;
  },
});

// Swagger UI resolves references against the address of the document, and understands none on a disk.
if (location.protocol === "file:") window.ui.specActions.updateUrl("https://document.invalid/");
