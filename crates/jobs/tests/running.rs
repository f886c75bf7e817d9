//! Jobs are done at least once, by one node at a time, and what fails comes back later or is laid aside.

use async_trait::async_trait;
use db::{Db, Exec, Statement, on_each_database, params};
use jiff::{SignedDuration, Timestamp};
use jobs::{ATTEMPTS, Failed, Failure, Handler, Job, LEASE, Runner, Sweep, enqueue};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

const BUREAU: &str = "990101";

/// A clock the test sets, in seconds.
#[derive(Clone, Default)]
struct Hand(Arc<AtomicI64>);

impl Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + self.0.load(Ordering::SeqCst)).unwrap()
    }

    fn forward(&self, by: SignedDuration) {
        self.0.fetch_add(by.as_secs(), Ordering::SeqCst);
    }
}

/// Writes down what it was given, and answers as it is told to.
#[derive(Default)]
struct Scribe {
    done: Mutex<Vec<String>>,
    fails: Mutex<BTreeMap<String, Failed>>,
}

impl Scribe {
    fn done(&self) -> Vec<String> {
        self.done.lock().unwrap().clone()
    }
}

#[async_trait]
impl Handler for Scribe {
    async fn run(&self, job: &Job) -> Result<(), Failed> {
        self.done.lock().unwrap().push(job.key.clone());
        match self.fails.lock().unwrap().get(&job.key) {
            Some(why) => Err(why.clone()),
            None => Ok(()),
        }
    }
}

#[async_trait]
impl Sweep for Scribe {
    async fn sweep(&self, now: Timestamp) -> Result<(), Failed> {
        self.done.lock().unwrap().push(now.to_string());
        Ok(())
    }
}

fn runner(db: &Db, hand: &Hand, scribe: &Arc<Scribe>) -> Runner {
    let hand = hand.clone();
    Runner::new(db.clone(), move || hand.now()).handle("tell", scribe.clone())
}

async fn ask(db: &Db, key: &str, at: Timestamp) {
    ask_in(db, BUREAU, key, at).await;
}

async fn ask_in(db: &Db, bureau: &str, key: &str, at: Timestamp) {
    db.clone().perform(enqueue("tell", key, bureau, "{}", at)).await.unwrap();
}

#[tokio::test]
async fn a_job_exists_exactly_when_its_transaction_does_and_is_done_once() {
    on_each_database!(async |db: Db| {
        let (hand, scribe) = (Hand::default(), Arc::new(Scribe::default()));
        let runner = runner(&db, &hand, &scribe);
        let mut undone = db.begin().await.unwrap();
        undone.perform(enqueue("tell", "undone", BUREAU, "{}", hand.now())).await.unwrap();
        undone.rollback().await;
        let tx = db.begin().await.unwrap();
        let twice: Vec<Statement> =
            (0..2).map(|_| enqueue("tell", "kept", BUREAU, "{}", hand.now())).collect();
        tx.commit_with(twice).await.unwrap();
        assert_eq!(runner.run_due_now().await, Ok(vec![]));
        // Asked for again after it was done, nothing happens.
        ask(&db, "kept", hand.now()).await;
        assert_eq!(runner.run_due_now().await, Ok(vec![]));
        assert_eq!(scribe.done(), ["kept"]);
    });
}

#[tokio::test]
async fn jobs_wait_for_their_time_and_keep_their_order_in_a_bureau() {
    on_each_database!(async |db: Db| {
        let (hand, scribe) = (Hand::default(), Arc::new(Scribe::default()));
        let runner = runner(&db, &hand, &scribe);
        for (key, after) in [("third", 3), ("first", 1), ("second", 2), ("late", 60)] {
            ask(&db, key, hand.now() + SignedDuration::from_secs(after)).await;
        }
        assert_eq!(runner.run_due_now().await, Ok(vec![]));
        assert!(scribe.done().is_empty());
        hand.forward(SignedDuration::from_secs(10));
        runner.run_due_now().await.unwrap();
        assert_eq!(scribe.done(), ["first", "second", "third"]);
        let backlog = jobs::backlog(&mut db.clone(), hand.now()).await.unwrap();
        assert_eq!((backlog.due, backlog.dead), (0, 0));
    });
}

#[tokio::test]
async fn what_fails_comes_back_later_and_is_laid_aside_in_the_end() {
    on_each_database!(async |db: Db| {
        let (hand, scribe) = (Hand::default(), Arc::new(Scribe::default()));
        let again = Failed::Again("the line is down".into());
        let never = Failed::GiveUp("no such person".into());
        scribe
            .fails
            .lock()
            .unwrap()
            .extend([("again".into(), again.clone()), ("never".into(), never.clone())]);
        let runner = runner(&db, &hand, &scribe);
        ask(&db, "again", hand.now()).await;
        ask(&db, "never", hand.now()).await;
        let failure = |key: &str, why: &Failed| Failure { what: format!("tell/{key}"), why: why.clone() };
        let first = runner.run_due_now().await.unwrap();
        assert_eq!(first, [failure("again", &again), failure("never", &never)]);
        // Not before its time.
        assert_eq!(runner.run_due_now().await, Ok(vec![]));
        for attempt in 2..=ATTEMPTS {
            hand.forward(SignedDuration::from_hours(2));
            assert_eq!(runner.run_due_now().await, Ok(vec![failure("again", &again)]), "attempt {attempt}");
        }
        hand.forward(SignedDuration::from_hours(2));
        assert_eq!(runner.run_due_now().await, Ok(vec![]), "a dead job was tried again");
        let dead = jobs::dead(&mut db.clone()).await.unwrap();
        let told: Vec<_> =
            dead.iter().map(|dead| (dead.job.key.as_str(), dead.last_error.as_str())).collect();
        assert_eq!(told, [("again", "the line is down"), ("never", "no such person")]);
        // A person has seen to it.
        scribe.fails.lock().unwrap().clear();
        db.clone().perform(jobs::revive(BUREAU, "tell", "again", hand.now())).await.unwrap();
        assert_eq!(runner.run_due_now().await, Ok(vec![]));
        assert_eq!(jobs::dead(&mut db.clone()).await.unwrap().len(), 1);
    });
}

struct Panics;

#[async_trait]
impl Handler for Panics {
    async fn run(&self, _: &Job) -> Result<(), Failed> {
        panic!("a handler with a mistake");
    }
}

#[tokio::test]
async fn a_handler_that_panics_fails_its_job_and_nothing_else() {
    on_each_database!(async |db: Db| {
        let (hand, scribe) = (Hand::default(), Arc::new(Scribe::default()));
        let runner = runner(&db, &hand, &scribe).handle("panic", Arc::new(Panics));
        db.clone().perform(enqueue("panic", "p", BUREAU, "{}", hand.now())).await.unwrap();
        ask(&db, "fine", hand.now()).await;
        let failures = runner.run_due_now().await.unwrap();
        assert!(matches!(&failures[..], [Failure { why: Failed::Again(_), .. }]), "{failures:?}");
        assert_eq!(scribe.done(), ["fine"]);
    });
}

#[tokio::test]
async fn what_a_dead_node_held_is_taken_over_after_the_lease() {
    on_each_database!(async |db: Db| {
        let (hand, scribe) = (Hand::default(), Arc::new(Scribe::default()));
        ask(&db, "held", hand.now()).await;
        // A node took it and was killed: its lease stands there and nobody renews it.
        let lease =
            "update job set lease_until = $1, lease_owner = $2, attempts = 1 where bureau = $3 and key = $4";
        let until = hand.now() + LEASE;
        db.clone().execute(lease, params![until, "dead node", BUREAU, "held"]).await.unwrap();
        let runner = runner(&db, &hand, &scribe);
        runner.run_due_now().await.unwrap();
        assert!(scribe.done().is_empty());
        hand.forward(LEASE);
        runner.run_due_now().await.unwrap();
        assert_eq!(scribe.done(), ["held"]);
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_nodes_share_the_work_and_do_nothing_twice() {
    on_each_database!(async |db: Db| {
        let (hand, scribe) = (Hand::default(), Arc::new(Scribe::default()));
        for i in 0..60 {
            ask_in(&db, &format!("99010{}", i % 5), &format!("k{i:02}"), hand.now()).await;
        }
        let mut nodes = tokio::task::JoinSet::new();
        for _ in 0..3 {
            let runner =
                runner(&db, &hand, &scribe).sweep("watchman", SignedDuration::from_mins(1), scribe.clone());
            nodes.spawn(async move { runner.run_due_now().await.unwrap() });
        }
        assert!(nodes.join_all().await.iter().all(Vec::is_empty));
        let mut done = scribe.done();
        done.sort();
        let mut expected: Vec<String> = (0..60).map(|i| format!("k{i:02}")).collect();
        expected.insert(0, hand.now().to_string());
        assert_eq!(done, expected, "the sweep once and each job once");
    });
}

#[tokio::test]
async fn a_sweep_is_due_again_after_its_time_and_soon_after_a_failure() {
    struct Fails;
    #[async_trait]
    impl Sweep for Fails {
        async fn sweep(&self, _: Timestamp) -> Result<(), Failed> {
            Err(Failed::Again("no calendar".into()))
        }
    }
    on_each_database!(async |db: Db| {
        let (hand, scribe) = (Hand::default(), Arc::new(Scribe::default()));
        let day = SignedDuration::from_hours(24);
        let runner =
            runner(&db, &hand, &scribe).sweep("good", day, scribe.clone()).sweep("bad", day, Arc::new(Fails));
        assert_eq!(runner.run_due_now().await.unwrap().len(), 1);
        assert_eq!(runner.run_due_now().await.unwrap().len(), 0);
        hand.forward(SignedDuration::from_mins(1));
        assert_eq!(runner.run_due_now().await.unwrap().len(), 1);
        assert_eq!(scribe.done().len(), 1);
        hand.forward(day);
        runner.run_due_now().await.unwrap();
        assert_eq!(scribe.done().len(), 2);
    });
}

#[tokio::test]
async fn a_nudged_runner_works_at_once_and_finishes_what_it_does_before_it_stops() {
    struct Slow(Arc<tokio::sync::Notify>, Arc<Scribe>);
    #[async_trait]
    impl Handler for Slow {
        async fn run(&self, job: &Job) -> Result<(), Failed> {
            self.0.notify_one();
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            self.1.run(job).await
        }
    }
    on_each_database!(async |db: Db| {
        let (hand, scribe, started) = (Hand::default(), Arc::new(Scribe::default()), Arc::default());
        let slow = Arc::new(Slow(Arc::clone(&started), scribe.clone()));
        let runner = Arc::new(runner(&db, &hand, &scribe).handle("slow", slow));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn({
            let runner = runner.clone();
            async move { runner.run(async { drop(stopped.await) }).await }
        });
        for key in ["a", "b"] {
            db.clone().perform(enqueue("slow", key, BUREAU, "{}", hand.now())).await.unwrap();
        }
        runner.nudge().nudge();
        started.notified().await;
        stop.send(()).unwrap();
        running.await.unwrap();
        assert_eq!(scribe.done(), ["a"], "what was begun is finished, what was not is left");
        let left = jobs::backlog(&mut db.clone(), hand.now()).await.unwrap();
        assert_eq!(left.due, 1);
    });
}

#[tokio::test]
async fn old_done_jobs_are_forgotten_and_others_are_not() {
    on_each_database!(async |db: Db| {
        let (hand, scribe) = (Hand::default(), Arc::new(Scribe::default()));
        let runner = runner(&db, &hand, &scribe);
        ask(&db, "done", hand.now()).await;
        runner.run_due_now().await.unwrap();
        ask(&db, "waiting", hand.now()).await;
        hand.forward(SignedDuration::from_hours(1));
        assert_eq!(jobs::forget_done_before(&mut db.clone(), hand.now()).await, Ok(1));
        runner.run_due_now().await.unwrap();
        assert_eq!(scribe.done(), ["done", "waiting"]);
    });
}
