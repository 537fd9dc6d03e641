//! The README's first command.

use crate::environment::Environment;

#[test]
fn a_first_sync_does_the_whole_job_and_a_second_one_nothing() {
    let environment = Environment::new();
    let first = environment.sync_sandbox(0);
    assert!(
        first.stdout.contains("Checked: nothing is left to do."),
        "{first}"
    );
    let second = environment.sync_sandbox(0);
    assert!(second.stdout.contains("Nothing to do"), "{second}");
}
