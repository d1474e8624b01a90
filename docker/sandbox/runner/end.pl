# Ends what a script left running: reads lines "SIGNAL PID", which it passes on, until "end" or the end of input; then kills all of
# the worker's processes, unless a shell is at work (exit status 75) and it has not been started with --all.
# Its effective user is the worker's, which lets it kill; its real one is nobody else's, and its saved one stays root, so that the
# worker cannot kill it.
use strict;
use Fcntl ':flock';

# Whether a process of the worker is alive; the dead ones may stay listed, as there is nobody to bury them.
sub left {
  my ($worker) = @_;
  for my $path (glob '/proc/[0-9]*/status') {
    open(my $file, '<', $path) or next;
    my $status = join '', <$file>;
    return 1 if $status =~ /^Uid:\t$worker\t/m && $status !~ /^State:\t[ZX]/m;
  }
  return 0;
}

open(my $lock, '>>', '/private/at-work') or exit 70;
my $worker = $ENV{HUXLEY_WORKER};
($<, $>) = (199_999, $worker);
exit 70 if $< != 199_999 || $> != $worker;
while (defined(my $line = readline STDIN)) {
  last if $line !~ /^([A-Z]+[12]?) (\d+)$/;
  kill $1, $2;
}
unless (@ARGV) {
  flock $lock, LOCK_EX | LOCK_NB or exit 75;
}
for (1 .. 100) {
  kill(KILL => -1);
  exit 0 unless left($worker);
  select undef, undef, undef, 0.001;
}
exit 70;
