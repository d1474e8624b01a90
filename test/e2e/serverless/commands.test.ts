import { commands } from '../scenarios/commands.ts';

commands('token');
