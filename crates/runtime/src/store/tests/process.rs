//! Several processes on one store: a race for a claim, and a death while one is held.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

use super::*;

const STORE: &str = "GANGWAY_TEST_STORE";

/// Not a test of its own: what the other tests run as a second process. It takes a line,
/// asks for the claim, says what came of it, and stays until its input ends.
#[test]
fn second_process() {
    let Some(path) = std::env::var_os(STORE) else {
        return;
    };
    let store = Store::open(Path::new(&path)).unwrap().store;
    let mut line = String::new();
    println!("ready");
    std::io::stdin().read_line(&mut line).unwrap();
    let recorded = store.record(&draft("vm1"), "vm1", at(0), &Owner::this_process());
    match recorded {
        Recorded::Ours(_) => println!("ours"),
        other => println!("{other:?}"),
    }
    std::io::stdin().read_to_string(&mut line).unwrap();
}

struct Second {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
}

impl Second {
    fn start(path: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "store::tests::process::second_process",
                "--nocapture",
            ])
            .env(STORE, path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut second = Self { child, out };
        second.wait_for("ready");
        second
    }

    fn go(&mut self) {
        writeln!(self.child.stdin.as_mut().unwrap(), "go").unwrap();
    }

    /// The next line that is not the test harness's own.
    fn wait_for(&mut self, begin: &str) -> String {
        let mut line = String::new();
        while self.out.read_line(&mut line).unwrap() > 0 {
            if line.contains(begin) {
                return line;
            }
            line.clear();
        }
        panic!("the second process ended without {begin:?}");
    }

    fn end(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn of_several_processes_that_ask_at_once_one_gets_the_claim() {
    let (place, store) = store();
    let path = place.path().join("gangway.db");
    let mut others: Vec<Second> = (0..4).map(|_| Second::start(&path)).collect();
    others.iter_mut().for_each(Second::go);
    let won = others
        .iter_mut()
        .map(|other| other.wait_for("rs"))
        .filter(|said| said.contains("ours"))
        .count();
    assert_eq!(won, 1);
    assert_eq!(store.open_accesses().unwrap().len(), 1);
    let theirs = store.record(&draft("vm1"), "vm1", at(1), &Owner::this_process());
    assert!(matches!(theirs, Recorded::Theirs { .. }), "{theirs:?}");
    others.into_iter().for_each(Second::end);
}

#[test]
fn a_process_that_dies_between_request_and_answer_loses_its_claim_not_its_request() {
    let (place, store) = store();
    let mut other = Second::start(&place.path().join("gangway.db"));
    other.go();
    other.wait_for("ours");
    other.kill();
    let recorded = store.record(&draft("vm1"), "vm1", at(1), &Owner::this_process());
    assert!(matches!(recorded, Recorded::Ours(_)), "{recorded:?}");
    let open = store.open_accesses().unwrap();
    assert_eq!(open.len(), 2);
    assert_eq!(open[0].standing, Standing::Unanswered);
}

#[test]
fn a_store_that_many_begin_at_once_is_begun_once() {
    for _ in 0..10 {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("gangway.db");
        let together = std::sync::Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    together.wait();
                    let opened = Store::open(&path).unwrap();
                    assert_eq!(opened.problems, []);
                    let owner = Owner::this_process();
                    let _claimed = opened.store.record(&draft("vm1"), "vm1", at(0), &owner);
                });
            }
        });
        let store = Store::open(&path).unwrap().store;
        assert_eq!(store.open_accesses().unwrap().len(), 1);
    }
}
