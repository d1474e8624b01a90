export function fill(template, data) {
  return template.replace(/\{\{(.*?)\}\}/g, (_, name) => data[name.trim()]);
}
