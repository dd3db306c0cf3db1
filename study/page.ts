/** Pages in one file: plain HTML with inline styles and pictures, light or dark as the reader likes. */

const style = `:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
figure { margin: 1rem 0; overflow-x: auto; } figcaption, .note { font-size: .87em; opacity: .85; }
figure svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; border-block: 2px solid; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-size: .87em; opacity: .85; padding-bottom: .4em; }
thead { border-bottom: 1px solid; } th { font-weight: 600; }
th, td { padding: .25em .8em; text-align: right; vertical-align: top; }
th:first-child, td:first-child { text-align: left; padding-left: .2em; }
td small { display: block; opacity: .75; font-size: .78em; white-space: nowrap; }
tr.apart > td { border-top: 1px solid; }`;

/** Text as HTML. */
export function escapeHtml(text: string): string {
  const names: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot" };
  return text.replaceAll(/[&<>"]/g, (character) => `&${names[character]};`);
}

/** A whole page of a title and the HTML of its parts. */
export function page(title: string, parts: readonly string[]): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
${style}
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${parts.join("\n")}
</body>
</html>
`;
}

export function heading(text: string): string {
  return `<h2>${escapeHtml(text)}</h2>`;
}

export function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`;
}

/** A list of remarks; nothing where there is none. */
export function remarks(texts: readonly string[]): string {
  if (texts.length === 0) return "";
  return `<ul class="note">${texts.map((text) => `<li>${escapeHtml(text)}</li>`).join("")}</ul>`;
}

/** A figure of an SVG document. */
export function figure(svg: string, caption: string): string {
  return `<figure>${svg}<figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}
