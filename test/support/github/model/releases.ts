import type { Account } from '../world.js';

export interface Asset {
  readonly id: number;
  readonly name: string;
  readonly contentType: string;
  readonly content: Buffer;
  readonly createdAt: string;
}

export interface Release {
  readonly id: number;
  readonly tag: string;
  readonly name: string;
  readonly body: string;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly author: Account;
  readonly createdAt: string;
  readonly assets: Asset[];
}
