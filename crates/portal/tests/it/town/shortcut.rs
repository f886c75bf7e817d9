//! Ways around the pages, for stories that need many cases at a late stage: the house's own actions, as the demo town
//! uses them. What a story is about still goes through the front door.

use std::collections::BTreeMap;

use cases::actions::{self, At, By, Filing};
use cases::case::{Channel, Material};
use cases::inspect::{Answer, CHECKLIST, PresentParty, Signature};
use cases::stage::Advice;
use cases::store::Photo;
use disclosure::state::Step;
use disclosure::{Content, Kind};
use identity::{NewOfficer, Officer, Post};

use super::{BUREAU, Case, PICTURE, Shop, Town, picture};

impl Town {
    /// One more officer of the bureau.
    pub async fn hires(&self, login: &str, name: &str, post: Post) {
        let phc = identity::passwords::hash(portal::demo::PASSWORD).await.expect("hashed");
        let new = NewOfficer {
            bureau: BUREAU.to_owned(),
            login: login.to_owned(),
            name: name.to_owned(),
            badge: "99990101099".to_owned(),
            posts: vec![post],
        };
        let mut tx = self.app.db.begin().await.expect("a transaction");
        let from = jiff::civil::date(2024, 1, 1);
        identity::officers::add(&self.app, &mut tx, &new, from, &phc).await.expect("a new officer");
        tx.commit().await.expect("committed");
    }

    async fn officers(&self, post: Post) -> Vec<Officer> {
        let held = identity::officers::holding(&mut self.app.db.clone(), BUREAU, post, self.today()).await;
        let held = held.expect("officers").into_iter();
        held.map(|one| Officer::standing_in(&one.id, &one.name, BUREAU, &[post])).collect()
    }

    /// An article that is public and one that is being written, whose id it gives back.
    pub async fn has_articles(&self) -> String {
        let app = &self.app;
        let editor = self.officers(Post::DisclosureEditor).await.remove(0);
        let reviewer = self.officers(Post::DisclosureReviewer).await.remove(0);
        let by = |officer: &Officer| disclosure::actions::By::officer(officer, app.now());
        let written = by(&editor);
        let public = disclosure::actions::create(app, &written, BUREAU, article("窗口搬迁公告")).await;
        let public = public.expect("a draft");
        let place = (BUREAU, public.id.as_str());
        let step = Step::Submit { by: written.person.clone() };
        let sent = disclosure::actions::take(app, &written, place, public.version, step).await.expect("sent");
        let reviewed = by(&reviewer);
        let step = Step::Approve { by: reviewed.person.clone(), at: app.now() };
        disclosure::actions::take(app, &reviewed, place, sent.version, step).await.expect("published");
        let draft = disclosure::actions::create(app, &written, BUREAU, article("还在写的")).await;
        draft.expect("a draft").id
    }

    /// An application of 李明, received.
    pub async fn has_received(&self, shop: &Shop) -> Case {
        let app = &self.app;
        let subject = identity::accounts::by_name(app, &mut app.db.clone(), "login", "liming").await;
        let subject = subject.expect("asked").expect("李明 has an account");
        let catalogue = app.part::<catalog::Catalogue>();
        let item = catalogue.item("retail-licence").expect("the retail licence");
        let terms = actions::terms(app, &mut app.db.clone(), BUREAU, &item.slug, &item.version, "1001").await;
        let terms = terms.expect("terms");
        let mut materials = vec![];
        for slot in super::MATERIALS {
            let stored = app.files().put_bytes(picture(slot)).await.expect("kept");
            materials.push(Material {
                id: app.new_id(),
                slot: slot.to_owned(),
                name: "照片.jpg".to_owned(),
                digest: stored.digest,
                bytes: picture(slot).len() as i64,
                kind: "image/jpeg".to_owned(),
                round: 0,
                added_at: app.now().as_microsecond(),
            });
        }
        let looked = cases::intake::look(terms.business(), &shop.entries(), &materials, app.today());
        assert!(looked.is_complete(), "{:?} {:?}", looked.faults, looked.missing);
        let filing = Filing {
            id: app.new_id(),
            bureau: BUREAU.to_owned(),
            subject: subject.clone(),
            filed_by: By { id: subject, name: "李明".to_owned() },
            channel: Channel::Web,
            form: looked.values,
            materials,
            with: vec![],
        };
        let case = actions::file(app, &terms, filing, looked.warnings, None).await.expect("filed");
        let (bureau, id, number, query_code) = (case.bureau, case.id, case.number, case.query_code);
        Case { bureau, id, number, query_code, login: "liming".to_owned() }
    }

    /// An application on which only the decision is missing.
    pub async fn has_ready_for_decision(&self, shop: &Shop) -> Case {
        let case = self.has_received(shop).await;
        let app = &self.app;
        let at = At { bureau: case.bureau.clone(), id: case.id.clone(), seen: None };
        let clerk = self.officers(Post::LicenceClerk).await.remove(0);
        let head = self.officers(Post::LicenceHead).await.remove(0);
        let team = self.officers(Post::TeamHead).await.remove(0);
        let two: Vec<Officer> = self.officers(Post::Inspector).await.into_iter().take(2).collect();
        actions::accept(app, &clerk, &at).await.expect("accepted");
        actions::review_paper(app, &head, &at, "材料齐全，符合要求").await.expect("reviewed");
        let ids = two.iter().map(|one| one.id.clone()).collect();
        actions::assign(app, &team, &at, ids, app.today()).await.expect("assigned");
        self.inspected(&at, &two).await;
        actions::examine(app, &head, &at, Advice::Grant, "符合条件，建议准予").await.expect("examined");
        case
    }

    async fn inspected(&self, at: &At, two: &[Officer]) {
        let app = &self.app;
        let stored = app.files().put_bytes(PICTURE).await.expect("kept");
        for check in CHECKLIST.iter().filter(|check| check.photo.is_some()) {
            let photo = Photo {
                id: app.new_id(),
                of: check.key.to_owned(),
                digest: stored.digest.clone(),
                kind: "image/jpeg".to_owned(),
                bytes: PICTURE.len() as i64,
                taken_at: app.now(),
                lat: None,
                lon: None,
                accuracy_m: None,
                officer: two[0].id.clone(),
            };
            actions::add_photo(app, &two[0], at, photo).await.expect("a photo");
        }
        let sign = |name: &str| Signature { name: name.to_owned(), at: app.now(), picture: String::new() };
        let answers: BTreeMap<String, Answer> =
            CHECKLIST.iter().map(|check| (check.key.to_owned(), yes(check.distance.is_some()))).collect();
        actions::save_record(app, &two[0], at, |record| {
            record.answers.clone_from(&answers);
            record.conclusion = "符合新办许可证的条件".to_owned();
            for one in two {
                record.signed.insert(one.id.clone(), sign(&one.name));
            }
            record.party = Some(PresentParty::Signed { by: sign("李明"), relation: "本人".to_owned() });
        })
        .await
        .expect("recorded");
        actions::submit_record(app, &two[0], at).await.expect("submitted");
    }
}

fn yes(measured: bool) -> Answer {
    let distance = if measured { "86.5" } else { "" };
    Answer { verdict: "yes".to_owned(), distance: distance.to_owned(), ..Answer::default() }
}

fn article(title: &str) -> Content {
    Content {
        kind: Kind::Notice,
        title: title.to_owned(),
        organ: "城中区烟草专卖局（演示）".to_owned(),
        made_on: Some(super::FIRST_DAY),
        body: "窗口搬到二楼A区。".to_owned(),
        ..Content::default()
    }
}
