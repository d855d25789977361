// How a secret stands in text that quotes it: programs print what they were given as JSON, as Python or for a shell.

function inner(quoted: string): string {
  return quoted.slice(1, -1);
}

/** JSON as Python writes it: beyond ASCII all is escaped. */
function asciiOnly(json: string): string {
  return json.replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Between single quotes; between double ones a quote is not escaped, and nor is it then the text's own. */
function pythonForms(text: string): string[] {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return [escaped, escaped.replaceAll("'", "\\'")];
}

function shellForms(text: string): string[] {
  return [text.replaceAll("'", `'"'"'`), text.replaceAll("'", `'\\''`)];
}

/** The text itself and its other forms. */
export function writtenForms(text: string): ReadonlySet<string> {
  const json = inner(JSON.stringify(text));
  return new Set([text, json, asciiOnly(json), ...pythonForms(text), ...shellForms(text)]);
}
