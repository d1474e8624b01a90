/** What `bench mine` takes. */
export interface MineOptions {
  readonly repo: string;
  readonly since?: string;
  readonly until?: string;
  readonly max: number;
  readonly out: string;
  readonly format: 'folder' | 'harbor';
  readonly image: string;
  readonly images: string;
  readonly build?: string;
  readonly test?: string;
  readonly testSeconds: number;
  readonly exclude?: readonly string[];
  readonly repeat: number;
  readonly github?: string;
  readonly install: boolean;
  readonly json?: boolean;
}
