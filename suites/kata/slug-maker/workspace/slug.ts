export function slugify(title: string, taken: ReadonlySet<string>): string {
  let slug = title.toLowerCase().replace(/ /g, '-');
  while (taken.has(slug)) slug += '-2';
  return slug;
}
