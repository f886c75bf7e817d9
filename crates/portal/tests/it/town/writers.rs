//! Sixteen who write at once, and the journal of what they were told. A story that ends a server by force holds the
//! database against this journal and against nothing else.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Method;
use tokio::task::JoinSet;

use super::desk::BUREAU_HEAD;
use super::{BUREAU, Browser, Case, Form, MATERIALS, Shop, Town, picture};

/// What the server has acknowledged.
#[derive(Default)]
pub struct Journal {
    /// Case number by idempotency key.
    pub filed: BTreeMap<String, String>,
    /// Keys whose answer never came: filed or not, but never twice.
    pub unanswered: Vec<String>,
    /// Cases whose decision was acknowledged, by id.
    pub decided: Vec<String>,
    /// How often a decision was told to come back later.
    pub waited: u32,
    /// Statuses that are neither success nor busy.
    pub odd: Vec<String>,
}

#[derive(Clone)]
pub struct Writers {
    applicant: Browser,
    head: Browser,
    body: Arc<serde_json::Value>,
    /// Decisions that wait for a click.
    pending: Arc<Mutex<Vec<(Case, Form)>>>,
    pub journal: Arc<Mutex<Journal>>,
    next: Arc<AtomicU32>,
}

impl Writers {
    /// Signs people in, uploads papers and brings `decisions` cases before the head of the bureau.
    pub async fn gather(town: &Town, decisions: u32) -> Writers {
        let applicant = town.at("liming").await.with("accept", "application/json");
        let mut materials = vec![];
        for slot in MATERIALS {
            let request = applicant.request(Method::POST, "/api/files?name=a.jpg").body(picture(slot));
            let mut sent = applicant.go(request).await.must_be(201).json();
            sent["slot"] = slot.into();
            materials.push(sent);
        }
        let head = town.at(BUREAU_HEAD).await.in_a_hurry();
        let mut pending = vec![];
        for n in 0..decisions {
            let case = town.has_ready_for_decision(&Shop::number(n)).await;
            let page = head.get(&case.desk("/decide")).await;
            pending.push((case, page.form_with("outcome").fill([("outcome", "grant"), ("years", "5")])));
        }
        let body = serde_json::json!({
            "bureau": BUREAU,
            "item": "retail-licence",
            "business": "xinban",
            "form": Shop::number(999).entries(),
            "materials": materials,
            "promised": true,
        });
        Writers {
            applicant,
            head,
            body: Arc::new(body),
            pending: Arc::new(Mutex::new(pending)),
            journal: Arc::default(),
            next: Arc::default(),
        }
    }

    /// Fourteen file, two decide, until whoever holds the set stops them.
    pub fn work(&self) -> JoinSet<()> {
        let mut working = JoinSet::new();
        for _ in 0..14 {
            let writer = self.clone();
            working.spawn(async move { while writer.files().await {} });
        }
        for _ in 0..2 {
            let writer = self.clone();
            working.spawn(async move { while writer.decides().await {} });
        }
        working
    }

    /// Waits until the server that was just started has acknowledged something, a decision too when asked: an unoptimised
    /// server sets three papers in type for one, on a machine that may have other things to do.
    pub async fn first_answer(&self, before: (usize, usize), decision: bool) {
        for _ in 0..2_000 {
            let (filed, decided) = self.acknowledged();
            if filed > before.0 && (!decision || decided > before.1 || self.nothing_to_decide()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("nothing was acknowledged in twenty seconds");
    }

    /// How many applications and decisions were acknowledged so far.
    pub fn acknowledged(&self) -> (usize, usize) {
        let journal = self.journal.lock().expect("unbroken");
        (journal.filed.len(), journal.decided.len())
    }

    fn nothing_to_decide(&self) -> bool {
        self.pending.lock().expect("unbroken").is_empty()
    }

    /// A new application. False when the server is gone.
    pub async fn files(&self) -> bool {
        let key = format!("application-{}", self.next.fetch_add(1, Ordering::Relaxed));
        // Written down before it is sent: a writer that is stopped in between leaves a key without an answer.
        self.journal.lock().expect("unbroken").unanswered.push(key.clone());
        self.asks(&key).await
    }

    /// Sends the application of a key again, as a program does that never heard the answer.
    pub async fn asks(&self, key: &str) -> bool {
        let request = self.applicant.request(Method::POST, "/api/cases").header("idempotency-key", key);
        let Ok(page) = self.applicant.try_go(request.json(&*self.body)).await else { return false };
        let mut journal = self.journal.lock().expect("unbroken");
        match page.status.as_u16() {
            200 | 201 => {
                let number = page.json()["number"].as_str().expect("a number").to_owned();
                journal.unanswered.retain(|one| one != key);
                let before = journal.filed.insert(key.to_owned(), number.clone());
                assert!(before.is_none_or(|before| before == number), "{key} was told two numbers");
            }
            503 => {}
            _ => journal.odd.push(format!("{} {}", page.status, page.html())),
        }
        true
    }

    /// The next decision. False when there is none left or the server is gone.
    async fn decides(&self) -> bool {
        let Some((case, form)) = self.pending.lock().expect("unbroken").pop() else { return false };
        let sent = self.head.try_go(self.head.prepare(form.clone())).await;
        match sent {
            // 409: sent before, the answer got lost, and it was the first.
            Ok(page) if page.status.is_redirection() || page.status.as_u16() == 409 => {
                self.journal.lock().expect("unbroken").decided.push(case.id)
            }
            Ok(page) if page.status.as_u16() == 503 => {
                self.journal.lock().expect("unbroken").waited += 1;
                self.pending.lock().expect("unbroken").push((case, form));
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Ok(page) => {
                self.journal.lock().expect("unbroken").odd.push(format!("{} {}", page.status, page.words()))
            }
            Err(_) => {
                self.pending.lock().expect("unbroken").push((case, form));
                return false;
            }
        }
        true
    }
}
