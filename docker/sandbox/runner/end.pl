# Ends what scripts left running: kills all of the worker's processes, until none is left and no wrapper (shell/bash) is at work.
# Exit status 70: something is still running.
# Its effective user is the worker's, which lets it kill; its real one is nobody else's, and its saved one stays root, so that the
# worker cannot kill it.
use strict;

# flock(2)'s. The module that names them takes as long to load as perl.
our ($SHARED, $EXCLUSIVE, $AT_ONCE, $UNLOCKED) = (1, 2, 4, 8);

# Whether a process of the worker is alive; the dead ones may stay listed, as there is nobody to bury them.
sub left {
  my ($worker) = @_;
  opendir(my $processes, '/proc') or return 1;
  for my $id (grep /^[0-9]/, readdir $processes) {
    open(my $file, '<', "/proc/$id/status") or next;
    my $status = join '', <$file>;
    return 1 if $status =~ /^Uid:\t$worker\t/m && $status !~ /^State:\t[ZX]/m;
  }
  return 0;
}

# Whether everything has ended. $lock is held by each wrapper at work.
sub end_all {
  my ($lock) = @_;
  my $worker = $ENV{HUXLEY_WORKER};
  ($<, $>) = (199_999, $worker);
  return 0 if $< != 199_999 || $> != $worker;
  for (1 .. 2_000) {
    kill(KILL => -1);
    return 1 if !left($worker) && flock($lock, $EXCLUSIVE | $AT_ONCE);
    select undef, undef, undef, 0.001;
  }
  return 0;
}

unless (caller) {
  open(my $lock, '>>', '/private/at-work') or exit 70;
  exit(end_all($lock) ? 0 : 70);
}
1;
