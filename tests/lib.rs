//! End to end: real programs against the simulator; the lab's programs lie in `lab/`, started by `cargo xtask lab`.
