export interface Identity {
  readonly name: string;
  readonly email: string;
  /** ISO 8601 in UTC. */
  readonly date: string;
}

export interface CommitInfo {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Identity;
  readonly committer: Identity;
  readonly message: string;
  /** As its header holds it; null for an unsigned one. */
  readonly signature: string | null;
  /** What is signed: the commit without the signature. */
  readonly payload: string;
}

/** Reads a commit object's content. */
export function parseCommit(sha: string, content: Buffer): CommitInfo {
  const text = content.toString('utf8');
  const split = text.indexOf('\n\n');
  const header = split < 0 ? text : text.slice(0, split);
  const signed = /\ngpgsig ((?:.*\n )*.*)/.exec(header);
  const values = (key: string) => [...header.matchAll(new RegExp(`^${key} (.*)$`, 'gm'))].map((match) => match[1]!);
  return {
    sha,
    tree: values('tree')[0]!,
    parents: values('parent'),
    author: identity(values('author')[0]!),
    committer: identity(values('committer')[0]!),
    message: split < 0 ? '' : text.slice(split + 2).replace(/\n+$/, ''),
    signature: signed ? signed[1]!.replaceAll('\n ', '\n') : null,
    payload: signed ? text.replace(signed[0], '') : text,
  };
}

function identity(line: string): Identity {
  const [, name = '', email = '', seconds = '0'] = /^(.*?) ?<(.*?)> (\d+)/.exec(line) ?? [];
  return { name, email, date: new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z') };
}
