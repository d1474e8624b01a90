export interface Entry {
  text: string;
  done: boolean;
}

export class Store {
  entries: Entry[] = [];
}
