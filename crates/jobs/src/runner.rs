//! The runner: leases what is due, has it done, and writes down how it went.

use crate::job::{Failed, Handler, Job, backoff};
use crate::sweep::{Scheduled, Sweep};
use crate::{ATTEMPTS, store};
use db::{Db, Fault};
use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// How many jobs are looked for at once, and how many bureaus are served at once.
const AT_ONCE: usize = 32;
const SIDE_BY_SIDE: usize = 4;

/// How often the queue is looked at without a nudge.
const LOOK: Duration = Duration::from_secs(1);

/// How often a lease is renewed while the work goes on: three times in a lease.
const RENEW: Duration = Duration::from_secs(10);

type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Tells the runner that there is something to do, so that it looks at once. Losing a nudge only costs a second.
#[derive(Clone, Debug, Default)]
pub struct Nudge(Arc<Notify>);

impl Nudge {
    pub fn nudge(&self) {
        self.0.notify_one();
    }
}

/// Something that did not work, as [`Runner::run_due_now`] tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// `kind/key`, or the name of the sweep.
    pub what: String,
    pub why: Failed,
}

/// Does jobs and sweeps. One in each node; they share the work through leases.
pub struct Runner {
    db: Db,
    clock: Clock,
    owner: String,
    handlers: HashMap<&'static str, Arc<dyn Handler>>,
    sweeps: Vec<Scheduled>,
    nudge: Nudge,
    /// Set when going down: what is being done is finished, nothing new is taken.
    stopping: AtomicBool,
}

impl Runner {
    pub fn new(db: Db, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Runner {
        let chance = RandomState::new().hash_one(std::process::id());
        Runner {
            db,
            clock: Arc::new(clock),
            owner: format!("{}-{chance:016x}", std::process::id()),
            handlers: HashMap::new(),
            sweeps: Vec::new(),
            nudge: Nudge::default(),
            stopping: AtomicBool::new(false),
        }
    }

    /// Have jobs of `kind` done by `handler`. Kinds without a handler are left for a node that has one.
    #[must_use]
    pub fn handle(mut self, kind: &'static str, handler: Arc<dyn Handler>) -> Runner {
        self.handlers.insert(kind, handler);
        self
    }

    /// Run `sweep` every so often, once among all nodes.
    #[must_use]
    pub fn sweep(mut self, name: &'static str, every: SignedDuration, sweep: Arc<dyn Sweep>) -> Runner {
        self.sweeps.push(Scheduled { name, every, sweep });
        self
    }

    /// What to nudge this runner with.
    pub fn nudge(&self) -> Nudge {
        self.nudge.clone()
    }

    /// Work until `shutdown` is ready; what is being done then is finished first.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let mut round = std::pin::pin!(self.logged_round());
            tokio::select! {
                biased;
                () = &mut shutdown => {
                    self.stopping.store(true, Ordering::Relaxed);
                    return round.await;
                }
                () = &mut round => {}
            }
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = self.nudge.0.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    async fn logged_round(&self) {
        match self.round(&mut Vec::new()).await {
            Ok(0) => {}
            // There may be more than one look takes.
            Ok(_) => self.nudge.nudge(),
            // The database is away: it is looked for again in a second, and says so itself when it is back.
            Err(fault) => tracing::warn!(%fault, "jobs wait for the database"),
        }
    }

    /// Do everything that is due now, until nothing is. For tests, for the demo town and for the command line.
    pub async fn run_due_now(&self) -> Result<Vec<Failure>, Fault> {
        let mut failures = Vec::new();
        while self.round(&mut failures).await? > 0 {}
        Ok(failures)
    }

    /// One look at sweeps and queue. How much was done or tried.
    async fn round(&self, failures: &mut Vec<Failure>) -> Result<usize, Fault> {
        let swept = self.sweep_all(failures).await?;
        Ok(swept + self.do_jobs(failures).await?)
    }

    async fn sweep_all(&self, failures: &mut Vec<Failure>) -> Result<usize, Fault> {
        let mut swept = 0;
        for scheduled in &self.sweeps {
            let now = (self.clock)();
            if !store::lease_sweep(&self.db, scheduled.name, &self.owner, now).await? {
                continue;
            }
            swept += 1;
            let sweep = scheduled.sweep.clone();
            let work = async move { sweep.sweep(now).await };
            let renew = || store::renew_sweep(&self.db, scheduled.name, &self.owner, (self.clock)());
            let outcome = held(work, renew).await;
            let next_at = store::later(now, scheduled.wait(outcome.is_err()));
            let error = outcome.as_ref().err().map(Failed::to_string).unwrap_or_default();
            if let Err(why) = outcome {
                tracing::error!(sweep = scheduled.name, %why, "sweep failed");
                failures.push(Failure { what: scheduled.name.to_owned(), why });
            }
            store::end_sweep(&self.db, scheduled.name, &self.owner, now, next_at, &error).await?;
        }
        Ok(swept)
    }

    /// Jobs of one bureau one after another in the order they were due, several bureaus side by side.
    async fn do_jobs(&self, failures: &mut Vec<Failure>) -> Result<usize, Fault> {
        let kinds: Vec<&str> = self.handlers.keys().copied().collect();
        if kinds.is_empty() {
            return Ok(0);
        }
        let due = store::due(&self.db, &kinds, (self.clock)(), AT_ONCE).await?;
        let mut by_bureau: BTreeMap<String, Vec<Job>> = BTreeMap::new();
        for job in due {
            by_bureau.entry(job.bureau.clone()).or_default().push(job);
        }
        let outcomes: Vec<Result<Done, Fault>> = futures_util::stream::iter(by_bureau.into_values())
            .map(|jobs| self.do_in_order(jobs))
            .buffer_unordered(SIDE_BY_SIDE)
            .collect()
            .await;
        let mut done = 0;
        for outcome in outcomes {
            let outcome = outcome?;
            done += outcome.tried;
            failures.extend(outcome.failures);
        }
        Ok(done)
    }

    async fn do_in_order(&self, jobs: Vec<Job>) -> Result<Done, Fault> {
        let mut done = Done::default();
        for job in jobs {
            if self.stopping.load(Ordering::Relaxed) {
                break;
            }
            let Some(job) = store::lease(&self.db, &job, &self.owner, (self.clock)()).await? else {
                continue;
            };
            done.tried += 1;
            if let Err(why) = self.do_one(&job).await? {
                done.failures.push(Failure { what: format!("{}/{}", job.kind, job.key), why });
            }
        }
        Ok(done)
    }

    async fn do_one(&self, job: &Job) -> Result<Result<(), Failed>, Fault> {
        let handler = self.handlers[job.kind.as_str()].clone();
        let own = job.clone();
        let work = async move { handler.run(&own).await };
        let renew = || store::renew(&self.db, job, &self.owner, (self.clock)());
        let outcome = held(work, renew).await;
        let now = (self.clock)();
        match &outcome {
            Ok(()) => store::finish(&self.db, job, &self.owner, now).await?,
            Err(Failed::Again(why)) if job.attempts < ATTEMPTS => {
                tracing::warn!(
                    kind = job.kind,
                    key = job.key,
                    attempt = job.attempts,
                    why,
                    "job failed, again later"
                );
                let run_at = store::later(now, backoff(job.attempts));
                store::put_back(&self.db, job, &self.owner, run_at, why).await?;
            }
            Err(Failed::Again(why) | Failed::GiveUp(why)) => {
                tracing::error!(kind = job.kind, key = job.key, attempt = job.attempts, why, "job given up");
                store::lay_aside(&self.db, job, &self.owner, now, why).await?;
            }
        }
        Ok(outcome)
    }
}

#[derive(Default)]
struct Done {
    tried: usize,
    failures: Vec<Failure>,
}

/// Do `work` in a task of its own (a panic there is a failure, not the end of the runner) and renew its lease meanwhile.
async fn held<R: Future<Output = Result<bool, Fault>>>(
    work: impl Future<Output = Result<(), Failed>> + Send + 'static,
    renew: impl Fn() -> R,
) -> Result<(), Failed> {
    let mut task = tokio::spawn(work);
    loop {
        tokio::select! {
            outcome = &mut task => {
                return outcome.unwrap_or_else(|stopped| Err(Failed::Again(format!("it stopped: {stopped}"))));
            }
            () = tokio::time::sleep(RENEW) => match renew().await {
                Ok(true) => {}
                // Another node has it now. Both may finish: handlers may run twice.
                Ok(false) => tracing::warn!("a lease was lost while working"),
                Err(fault) => tracing::warn!(%fault, "a lease could not be renewed"),
            },
        }
    }
}
