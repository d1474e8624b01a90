const LETTERS: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', '&': ' and ', "'": '', '’': '', '‘': '' };
const LONGEST = 60;

function cut(slug: string, room: number): string {
  if (slug.length <= room) return slug;
  const end = slug.lastIndexOf('-', room);
  return end > 0 ? slug.slice(0, end) : slug.slice(0, room);
}

export function slugify(title: string, taken: ReadonlySet<string>): string {
  const plain = title
    .toLowerCase()
    .replace(/[ßæœøł&'’‘]/g, (letter) => LETTERS[letter]!)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const slug = cut(plain, LONGEST) || 'untitled';
  const mark = /-\d+$/.test(slug) ? '-v' : '-';
  let free = slug;
  for (let n = 2; taken.has(free); n += 1) {
    const end = `${mark}${n}`;
    free = cut(slug, LONGEST - end.length) + end;
  }
  return free;
}
