export function unique(contacts) {
  const byEmail = new Map();
  for (const contact of contacts) byEmail.set(contact.email, contact);
  return [...byEmail.values()];
}
