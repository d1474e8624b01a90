import 'uplot/dist/uPlot.min.css';
import 'react-diff-view/style/index.css';
import './style/base.css';
import './style/page.css';
import './style/lineage.css';
import './style/views.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { Problem } from './parts/pieces.tsx';
import { sourceOf } from './source.ts';

const page = document.getElementById('page')!;
page.replaceChildren();
try {
  render(<App source={sourceOf(document)} />, page);
} catch (error) {
  render(<Problem error={error} />, page);
}
