import type { Fact, SearchState } from '../../archive/archive.ts';
import { Difficulties } from './difficulties.ts';
import { FactReader } from './facts.ts';
import { addMessage, combine, doubled, without } from './gaussian.ts';
import { Named } from './predicted/named.ts';
import { NO_RECORD, Trust } from './predicted/trust.ts';
import type { Prior } from './prior.ts';
import { ScoreWeight } from './score-weight.ts';
import { addSite, matchSite, type Site, worthOfNext } from './site.ts';
import { World } from './world.ts';

/**
 * A Rasch model along the tree, kept up to date fact by fact.
 *
 * `P(v resolves t) = slip + (1 - 2 slip) Phi((a_v - b_t) / 1.7)`, `b_t ~ N(0, difficultySd^2)`; each variant has an ability
 * and a drift. A child's drift is its parent's plus noise. It works with probability `1 - broken` and then has its parent's
 * ability + gain + its own drift + noise, or is broken and falls by `brokenGain`. Inference is expectation propagation
 * (Minka 2001): Gaussian sites for evaluations, weighted where there are several of one pair or scores (`addSite`, `ScoreWeight`), two-dimensional Gaussian messages up and down the tree, and a child's two
 * fates weighted by their evidence. The state is a function of the facts in their order alone, whenever it is asked.
 */
export class TreeBelief extends FactReader {
  readonly prior: Prior;
  readonly #rematchRoot: boolean;
  readonly #tasks: Difficulties;
  readonly #scores: ScoreWeight;
  readonly #world: World;
  readonly trust: Trust;
  readonly #named: Named;
  /** Logarithm of the probability the belief gave to every result before it saw it: its evidence, by the chain rule. */
  logEvidence = 0;

  /** Nodes are variants with a `made` fact, in that order; node 0 is the root. */
  size = 0;
  readonly #nodeOf = new Map<number, number>();
  readonly numberOf: number[] = [];
  #parent = new Int32Array(64);
  /** Evidence of the variant's own evaluations on its ability: precision and precision times mean. */
  #own = new Float64Array(128);
  /** Sums of the children's messages, and the message to the parent: L00 L01 L11 h0 h1. */
  #below = new Float64Array(320);
  #up = new Float64Array(320);
  /** Ability mean, drift mean, and their covariance: a, d, Vaa, Vad, Vdd. */
  #state = new Float64Array(320);
  /** Probability that the variant is not broken. */
  #works = new Float64Array(64);
  /** Ability, were the variant not broken. */
  #abilityIfWorking = new Float64Array(64);
  /** Expected gain of a child that works, by node. */
  #gains = new Float64Array(64);
  /** Sites by node: task, resolved, then precision and weighted mean for the ability and for the difficulty. */
  readonly #sites: Site[][] = [];
  #current = true;
  #sinceSweep = 0;

  /**
   * After each result its lineage's sites are matched again. The root, measured on every task, has far more of them than any
   * other and hardly changes: without `rematchRoot` its sites wait for the next sweep, in two thirds of the time.
   */
  constructor(prior: Prior, tasks: number, rematchRoot = true, record = NO_RECORD) {
    super();
    this.#rematchRoot = rematchRoot;
    this.prior = prior;
    this.#tasks = new Difficulties(prior.slip, prior.difficultySd, tasks);
    this.#scores = new ScoreWeight(tasks);
    this.trust = new Trust(prior, record);
    this.#named = new Named(prior.named);
    this.#world = new World(prior);
    this.#add(0, -1, { taskIndex: new Map(), variants: [] });
  }

  get gain(): number {
    return this.#world.gain;
  }
  get broken(): number {
    return this.#world.broken;
  }
  node(number: number): number {
    return this.#nodeOf.get(number)!;
  }
  ability(node: number): number {
    this.#settle();
    return this.#state[5 * node]!;
  }
  abilityVar(node: number): number {
    this.#settle();
    return this.#state[5 * node + 2]!;
  }
  drift(node: number): number {
    this.#settle();
    return this.#state[5 * node + 1]!;
  }
  driftVar(node: number): number {
    this.#settle();
    return this.#state[5 * node + 4]!;
  }
  abilityIfWorking(node: number): number {
    this.#settle();
    return this.#abilityIfWorking[node]!;
  }
  covariance(node: number): number {
    this.#settle();
    return this.#state[5 * node + 3]!;
  }
  works(node: number): number {
    this.#settle();
    return this.#works[node]!;
  }
  parent(node: number): number {
    return this.#parent[node]!;
  }
  /** What the results of a node and its descendants say of its ability and drift: L00 L01 L11 h0 h1. */
  evidence(node: number): [number, number, number, number, number] {
    const [own, below] = [this.#own, this.#below.subarray(5 * node)];
    return [own[2 * node]! + below[0]!, below[1]!, below[2]!, own[2 * node + 1]! + below[3]!, below[4]!];
  }
  difficulty(task: number): number {
    return this.#tasks.mean(task);
  }
  difficultyVariance(task: number): number {
    return this.#tasks.variance(task);
  }

  /** Expected success over the search tasks of an ability known with this standard deviation. */
  success(ability: number, sd = 0): number {
    return this.#tasks.success(ability, sd);
  }

  /** Expected success of an ability as it is believed now, for later. */
  successNow(): (ability: number) => number {
    return this.#tasks.snapshot();
  }

  /** Information one more evaluation of the node on the task would give about its ability after `tried`, up to a factor; not `settled` before rules 4. */
  information(node: number, task: number, tried = 0, settled = true): number {
    if (settled) this.#settle();
    const [ability, variance] = [this.#state[5 * node]!, this.#state[5 * node + 2]!];
    return this.#tasks.information(ability + this.#named.easier(node, task), variance, task, worthOfNext(tried));
  }

  #add(number: number, parent: number, { taskIndex, variants }: Pick<SearchState, 'taskIndex' | 'variants'>): void {
    const { predicted, birth } = variants[number] ?? {};
    const node = this.size++;
    if (node >= this.#parent.length) this.#grow();
    this.#nodeOf.set(number, node);
    this.numberOf.push(number);
    this.#parent[node] = parent;
    this.#sites.push([]);
    this.trust.add(predicted, birth?.models?.diagnose);
    this.#named.add(predicted, taskIndex);
    this.#works[node] = 1 - this.broken;
    this.#current = false;
  }

  #grow(): void {
    const parent = new Int32Array(2 * this.#parent.length);
    parent.set(this.#parent);
    this.#parent = parent;
    this.#own = doubled(this.#own);
    this.#below = doubled(this.#below);
    this.#up = doubled(this.#up);
    this.#state = doubled(this.#state);
    this.#works = doubled(this.#works);
    this.#abilityIfWorking = doubled(this.#abilityIfWorking);
    this.#gains = doubled(this.#gains);
  }

  protected override learn(fact: Fact, search: SearchState): void {
    this.#scores.see(fact);
    if (fact.kind === 'failed') return;
    if (fact.kind === 'made') {
      const { parent } = search.variants[fact.variant]!;
      this.#add(fact.variant, this.#nodeOf.get(parent)!, search);
      return;
    }
    const node = this.#nodeOf.get(fact.variant)!;
    const worth = addSite(this.#sites[node]!, fact);
    this.#path(node, false);
    const [ability, variance] = [this.#state[5 * node]!, this.#state[5 * node + 2]!];
    const { task, resolved } = fact;
    const easier = this.#named.easier(node, task);
    this.logEvidence += worth * Math.log(this.#tasks.chance(ability + easier, variance, task, resolved));
    this.#named.see(
      node,
      task,
      resolved,
      this.#tasks.deviation(ability + easier, variance, task),
      this.#tasks.scale(variance, task),
    );
    this.#refresh(node);
    this.#climb(node);
    // Once more along the lineage, each site against what the others now say.
    this.#path(node, true);
    this.#climb(node);
    this.#current = false;
    this.#tasks.changed();
    if (++this.#sinceSweep >= Math.max(16, this.size / 4)) this.#sweep();
  }

  /** States of a node and its ancestors, from the root down; each one's sites are matched again to what is then believed. */
  #path(node: number, rematch: boolean): void {
    const parent = this.#parent[node]!;
    if (parent >= 0) this.#path(parent, rematch);
    this.#descend(node);
    if (rematch && (parent >= 0 || this.#rematchRoot)) this.#refresh(node);
  }

  /** Matches the node's sites to what is now believed of its ability and the tasks' difficulties. */
  #refresh(node: number): void {
    const { slip } = this.prior;
    const tasks = this.#tasks;
    const scores = this.#scores.value;
    let precision = 1 / this.#state[5 * node + 2]!;
    let shift = precision * this.#state[5 * node]!;
    const gather = this.#own;
    for (const site of this.#sites[node]!) {
      const { task } = site;
      const weight = site.easier === 0 ? site.weight : site.weight * scores;
      if (weight === 0 && site.ap === 0) continue;
      const cavityP = precision - site.ap;
      const taskP = tasks.precision[task]! - site.bp;
      if (cavityP <= 1e-6 || taskP <= 1e-6) continue;
      const va = 1 / cavityP;
      const vb = 1 / taskP;
      const ma = (shift - site.as) * va;
      const mb = (tasks.shift[task]! - site.bs) * vb;
      const easier = site.easier + this.#named.easier(node, task);
      if (!matchSite(SITE, site.resolved, easier, slip, weight, ma, va, mb, vb)) continue;
      const [ap, as, bp, bs] = [SITE[0]!, SITE[1]!, SITE[2]!, SITE[3]!];
      precision += ap - site.ap;
      shift += as - site.as;
      gather[2 * node]! += ap - site.ap;
      gather[2 * node + 1]! += as - site.as;
      tasks.precision[task]! += bp - site.bp;
      tasks.shift[task]! += bs - site.bs;
      site.ap = ap;
      site.as = as;
      site.bp = bp;
      site.bs = bs;
    }
  }

  /** Messages from a node up to the root. */
  #climb(node: number): void {
    for (let at = node; at > 0; at = this.#parent[at]!) this.#report(at);
  }

  /** Renews a node's message to its parent: each fate's message, weighted by the fate's probability. */
  #report(node: number): void {
    const { driftSd, gainSd, brokenSd, brokenGain } = this.prior;
    const l00 = this.#own[2 * node]! + this.#below[5 * node]!;
    const l01 = this.#below[5 * node + 1]!;
    const l11 = this.#below[5 * node + 2]!;
    const h0 = this.#own[2 * node + 1]! + this.#below[5 * node + 3]!;
    const h1 = this.#below[5 * node + 4]!;
    const works = this.#works[node]!;
    const qd = driftSd * driftSd;
    const sum = MESSAGE;
    sum.fill(0);
    addMessage(sum, works, 1, this.gain + this.trust.of(node), qd + gainSd * gainSd, qd, qd, l00, l01, l11, h0, h1);
    addMessage(sum, 1 - works, 0, brokenGain, brokenSd * brokenSd, 0, qd, l00, l01, l11, h0, h1);
    const parent = this.#parent[node]!;
    for (let i = 0; i < 5; i++) {
      this.#below[5 * parent + i]! += sum[i]! - this.#up[5 * node + i]!;
      this.#up[5 * node + i] = sum[i]!;
    }
  }

  /** A node's state from its parent's, without what the node itself told the parent. */
  #descend(node: number): void {
    const prior = this.prior;
    const parent = this.#parent[node]!;
    const state = this.#state;
    const own = this.#own[2 * node]!;
    const below = this.#below;
    const l00 = own + below[5 * node]!;
    const l01 = below[5 * node + 1]!;
    const l11 = below[5 * node + 2]!;
    const h0 = this.#own[2 * node + 1]! + below[5 * node + 3]!;
    const h1 = below[5 * node + 4]!;
    const qd = prior.driftSd * prior.driftSd;
    if (parent < 0) {
      combine(WORKING, 0, 0, prior.rootSd ** 2, 0, qd, l00, l01, l11, h0, h1);
      for (let i = 0; i < 5; i++) state[5 * node + i] = WORKING[i]!;
      this.#works[node] = 1;
      this.#abilityIfWorking[node] = WORKING[0]!;
      return;
    }
    const u = 5 * node;
    without(CAVITY, state, 5 * parent, this.#up, u);
    const [ma, md, waa, wad, wdd] = [CAVITY[0]!, CAVITY[1]!, CAVITY[2]!, CAVITY[3]!, CAVITY[4]!];
    const kd = wdd + qd;
    const ka = waa + 2 * wad + wdd + qd + prior.gainSd ** 2;
    const gain = this.gain + this.trust.of(node);
    combine(WORKING, ma + gain + md, md, ka, wad + kd, kd, l00, l01, l11, h0, h1);
    combine(BROKEN, ma + prior.brokenGain, md, waa + prior.brokenSd ** 2, wad, kd, l00, l01, l11, h0, h1);
    const kad = wad + kd;
    const r0 = WORKING[0]! - (ma + gain + md);
    const r1 = WORKING[1]! - md;
    const det2 = ka * kd - kad * kad;
    this.#gains[node] = gain + (prior.gainSd ** 2 * (kd * r0 - kad * r1)) / det2;
    this.trust.tell(node, kd / det2, -kad / det2, ka - WORKING[2]!, kad - WORKING[3]!, kd - WORKING[4]!);
    const odds = Math.exp(Math.min(50, Math.max(-50, WORKING[5]! - BROKEN[5]!)));
    const works = ((1 - this.broken) * odds) / ((1 - this.broken) * odds + this.broken);
    const falls = 1 - works;
    const da = WORKING[0]! - BROKEN[0]!;
    const dd = WORKING[1]! - BROKEN[1]!;
    const between = works * falls;
    this.#works[node] = works;
    this.#abilityIfWorking[node] = WORKING[0]!;
    state[u] = works * WORKING[0]! + falls * BROKEN[0]!;
    state[u + 1] = works * WORKING[1]! + falls * BROKEN[1]!;
    state[u + 2] = works * WORKING[2]! + falls * BROKEN[2]! + between * da * da;
    state[u + 3] = works * WORKING[3]! + falls * BROKEN[3]! + between * da * dd;
    state[u + 4] = works * WORKING[4]! + falls * BROKEN[4]! + between * dd * dd;
  }

  #settle(): void {
    if (this.#current) return;
    for (let node = 0; node < this.size; node++) this.#descend(node);
    this.#current = true;
  }

  /** Brings everything up to date with everything, and learns the world's own numbers from it. */
  #sweep(): void {
    this.#sinceSweep = 0;
    for (let node = 0; node < this.size; node++) {
      this.#descend(node);
      this.#refresh(node);
    }
    for (let node = this.size - 1; node > 0; node--) this.#report(node);
    for (let node = 0; node < this.size; node++) this.#descend(node);
    const { gain } = this;
    this.#world.learn(
      this.#sites,
      (node) => this.#works[node]!,
      (node) => this.#gains[node]! - this.trust.of(node),
    );
    this.trust.learn(
      (node) => this.#works[node]!,
      (node) => this.#gains[node]! - gain,
    );
    this.#tasks.learnSpread(this.prior.weight);
  }
}

const SITE = new Float64Array(4);
const MESSAGE = new Float64Array(5);
const CAVITY = new Float64Array(5);
const WORKING = new Float64Array(6);
const BROKEN = new Float64Array(6);
