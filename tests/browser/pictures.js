/* What is wrong with the pictures of a page: a sentence for each fault, after the name of its figure. */
({ legible, places }) => {
  /* `places` asks for what lies where beside the texts themselves: it takes longer, and no scheme changes it. */
  const faults = [];

  const inside = (box, outer, slack = 1) =>
    box.x >= outer.x - slack && box.y >= outer.y - slack &&
    box.x + box.width <= outer.x + outer.width + slack && box.y + box.height <= outer.y + outer.height + slack;
  const overlap = (one, other) =>
    Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x) > 1 &&
    Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y) > 1;
  const within = (point, box, inset) =>
    point.x > box.x + inset && point.x < box.x + box.width - inset &&
    point.y > box.y + inset && point.y < box.y + box.height - inset;
  const corners = (box) => [
    [box.x, box.y], [box.x + box.width, box.y], [box.x, box.y + box.height], [box.x + box.width, box.y + box.height],
  ];

  const parse = (colour) => {
    const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
    return { rgb: [red, green, blue], alpha };
  };
  const over = (front, back) => front.rgb.map((value, at) => value * front.alpha + back[at] * (1 - front.alpha));
  const luminance = (rgb) => {
    const [red, green, blue] = rgb.map((value) => value / 255).map((value) =>
      value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const paper = parse(getComputedStyle(document.body).backgroundColor).rgb;

  for (const [number, figure] of [...document.querySelectorAll("figure.opsbook-diagram")].entries()) {
    const name = figure.previousElementSibling?.textContent ?? String(number);
    const wrong = (what) => faults.push(`${name}: ${what}`);
    const svg = figure.querySelector("svg");
    const whole = svg.viewBox.baseVal;
    const shown = svg.getBoundingClientRect();
    const scale = shown.width / whole.width;
    const boxOf = (text) => {  // in the units of the picture, also where the text is turned
      const { x, y, width, height } = text.getBoundingClientRect();
      return {
        x: whole.x + (x - shown.x) / scale, y: whole.y + (y - shown.y) / scale, width: width / scale, height: height / scale,
      };
    };
    const nodes = [...svg.querySelectorAll(".opsbook-node")].map((group) => {
      const outline = group.querySelector(".opsbook-outline");
      return { group, outline, box: outline.getBBox(), said: group.textContent };
    });

    for (const text of svg.querySelectorAll("text")) {
      const style = getComputedStyle(text);
      const said = text.textContent.slice(0, 40);
      if (parseFloat(style.fontSize) * scale < legible - 0.01) wrong(`"${said}" is ${parseFloat(style.fontSize) * scale} pixels high`);
      if (!inside(boxOf(text), whole)) wrong(`"${said}" is cut off`);
      const ground = text.closest(".opsbook-node")?.querySelector(".opsbook-outline") ?? text.previousElementSibling;
      const fill = ground && getComputedStyle(ground).fill;
      if (!fill || fill === "none") { wrong(`"${said}" has no ground`); continue; }
      const back = over(parse(fill), paper);
      const ratio = contrast(over(parse(style.fill), back), back);
      if (ratio < 4.5) wrong(`"${said}" has a contrast of ${ratio.toFixed(2)}`);
    }

    if (!places) continue;
    for (const { group, outline } of nodes) {
      for (const line of group.querySelectorAll("tspan")) {
        const box = line.getBBox();
        const [all, seen] = [line.textContent.length, line.textContent.trimEnd().length];
        const space = seen < all ? line.getComputedTextLength() - line.getSubStringLength(0, seen) : 0;
        const left = line.parentElement.getAttribute("direction") === "rtl" ? space : 0;
        if (corners({ x: box.x + left, y: box.y + 1, width: box.width - space, height: box.height - 2 }).some(([x, y]) => !outline.isPointInFill(new DOMPoint(x, y)))) {
          wrong(`"${line.textContent}" leaves its shape`);
        }
      }
    }

    const labels = [...svg.querySelectorAll(".opsbook-label")].map((text) => ({ box: boxOf(text), said: text.textContent }));
    for (const [at, label] of labels.entries()) {
      for (const other of labels.slice(at + 1)) {
        if (overlap(label.box, other.box)) wrong(`the labels "${label.said}" and "${other.said}" overlap`);
      }
      for (const { box, said } of nodes) {
        if (overlap(label.box, box)) wrong(`the label "${label.said}" lies on "${said}"`);
      }
    }
    for (const [at, node] of nodes.entries()) {
      for (const other of nodes.slice(at + 1)) {
        if (overlap(node.box, other.box)) wrong(`"${node.said}" and "${other.said}" overlap`);
      }
    }

    for (const edge of svg.querySelectorAll(":scope > .opsbook-edge")) {
      for (let at = 0; at <= edge.getTotalLength(); at += 12) {
        const point = edge.getPointAtLength(at);
        const through = nodes.find(({ box }) => within(point, box, 3));
        if (through) { wrong(`an edge runs through "${through.said}"`); break; }
      }
    }

    const frames = [...svg.querySelectorAll(".opsbook-frame, .opsbook-case")].map((frame) => frame.getBBox());
    for (const title of svg.querySelectorAll(".opsbook-boundary-title")) {
      if (!frames.some((frame) => inside(title.getBBox(), frame, 0))) wrong(`the title "${title.textContent}" leaves its frame`);
      for (const { box, said } of nodes) {
        if (overlap(title.getBBox(), box)) wrong(`the title "${title.textContent}" lies on "${said}"`);
      }
    }
  }
  return faults;
}
