// Starts Swagger UI with the document in the page. Nothing is asked of anybody until a reader sends a request.
"use strict";
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
