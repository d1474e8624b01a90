const lacking = (value) => value === undefined || value === '';

export function unique(contacts) {
  const byEmail = new Map();
  const kept = [];
  for (const contact of contacts) {
    const email = (contact.email ?? '').toLowerCase();
    const first = email === '' ? undefined : byEmail.get(email);
    if (first) {
      for (const [field, value] of Object.entries(contact)) if (lacking(first[field])) first[field] = value;
      continue;
    }
    const copy = contact;
    if (email !== '') byEmail.set(email, copy);
    kept.push(copy);
  }
  return kept;
}
