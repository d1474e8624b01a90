export interface Found {
  name: string;
  params: Record<string, string>;
}

export class Router {
  add(pattern: string, name: string): void {}

  find(path: string): Found | null {
    return null;
  }
}
