//! Every way in which a file or a code can be wrong has its own verdict.

use std::sync::Arc;

use db::Db;
use guomi::{Signer, SoftKey};
use jiff::Timestamp;
use ofd::{Package, SealSigner};
use papers::Kind;

use super::voucher::{BUREAU, LICENCE, Town, order, sealed_at};
use super::{granted, issue, now};
use crate::check::{Against, NotCurrent, Outcome, Records, Stood, Verdict, examine_file, examine_qr};
use crate::status::{CancelReason, Status};
use crate::status_list::{Mark, StatusList};
use crate::store;

const NUMBER: &str = "990101100001";

/// The town on a database with one licence, whose original has left the office.
struct Office {
    town: Arc<Town>,
    db: Db,
    file: Vec<u8>,
    now: Timestamp,
}

impl Office {
    async fn over(db: &Db) -> Office {
        issue(db, &granted(1)).await.unwrap();
        let town = Arc::new(Town::new());
        let file = town.sealed().to_bytes();
        town.left(&file, Kind::LicenceOriginal, ("licence", NUMBER));
        town.marked(NUMBER, 1, 5, Mark::Valid);
        Office { town, db: db.clone(), file, now: now() }
    }

    fn against(&self, records: Records) -> Against {
        Against { trust: self.town.trust.clone(), records, now: self.now, limits: ofd::Limits::default() }
    }

    fn own(&self) -> Against {
        let offices = self.town.offices();
        self.against(Records::Own { db: self.db.clone(), offices, register: None })
    }

    fn list(&self) -> Against {
        let certs = self.town.signatories().iter().map(|one| one.cert.der().to_vec()).collect();
        let marks = self.town.records.marks.lock().unwrap();
        let marks: Vec<_> = marks.iter().map(|(.., index, mark)| (*index, *mark)).collect();
        self.against(Records::List(Arc::new(StatusList::new(BUREAU, &marks, certs, self.now))))
    }

    async fn file(&self, bytes: &[u8]) -> Outcome {
        examine_file(bytes.to_vec(), &self.own()).await
    }

    async fn verdict(&self, bytes: &[u8]) -> Verdict {
        let outcome = self.file(bytes).await;
        assert_eq!(outcome.facts.is_empty(), outcome.verdict.grade() == crate::check::Grade::Bad);
        assert!(!outcome.steps.is_empty());
        outcome.verdict
    }

    async fn move_to(&self, status: Status) {
        let licence = store::by_number(&mut self.db.clone(), BUREAU, NUMBER).await.unwrap().unwrap();
        let mut tx = self.db.begin().await.unwrap();
        let seq = store::next_seq(&mut tx, BUREAU).await.unwrap();
        tx.commit_with(vec![store::save_status(&licence, status, seq, self.now)]).await.unwrap();
    }
}

/// The package with its parts run through `change`; a part for which it says no is left out.
fn changed(package: &Package, mut change: impl FnMut(&str, &mut Vec<u8>) -> bool) -> Vec<u8> {
    let mut parts: Vec<(String, Vec<u8>)> =
        package.parts().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
    parts.retain_mut(|(name, bytes)| change(name, bytes));
    parts.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect::<Package>().to_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_left_the_office_untouched_is_valid_and_says_why() {
    db::on_each_database!(async |db: Db| {
        let office = Office::over(&db).await;
        let outcome = office.file(&office.file).await;
        assert_eq!(outcome.verdict, Verdict::Valid, "{:#?}", outcome.steps);
        assert!(outcome.steps.iter().all(|step| step.result == "good"), "{:#?}", outcome.steps);
        for subject in ["文件内容", "印章状态", "制发记录", "现在的状态"] {
            assert!(outcome.steps.iter().any(|step| step.subject == subject), "{subject}");
        }
        let json = outcome.json();
        assert_eq!((json["verdict"].as_str(), json["valid"].as_bool()), (Some("valid"), Some(true)));
        assert_eq!(
            (json["number"].as_str(), json["facts"]["证照版本"].as_str()),
            (Some(NUMBER), Some("001"))
        );
        // The same without a network.
        let offline = examine_file(office.file.clone(), &office.list()).await;
        assert_eq!(offline.verdict, Verdict::Valid, "{:#?}", offline.steps);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_byte_in_any_part_is_found() {
    let db = db::testing::databases().await.remove(0).1;
    let office = Office::over(&db).await;
    let sealed = office.town.sealed();
    let mut seen = std::collections::BTreeSet::new();
    for (part, bytes) in sealed.parts() {
        for place in [0, bytes.len() / 2, bytes.len() - 1] {
            let bent = changed(&sealed, |name, bytes| {
                if name == part {
                    bytes[place] ^= 1;
                }
                true
            });
            let verdict = office.verdict(&bent).await;
            assert!(verdict.grade() == crate::check::Grade::Bad, "{part} at {place}: {verdict:?}");
            seen.insert(verdict.code());
        }
    }
    assert!(seen.contains("altered") && seen.contains("seal-bad"), "{seen:?}");
    let words = changed(&sealed, |name, bytes| {
        if name.ends_with("Content.xml") {
            *bytes = String::from_utf8(bytes.clone()).unwrap().replace("156 43 32", "156 43 33").into_bytes();
        }
        true
    });
    let outcome = office.file(&words).await;
    assert_eq!(outcome.verdict, Verdict::Altered);
    let bad: Vec<_> = outcome.steps.iter().filter(|step| step.result == "bad").collect();
    assert!(bad.len() == 1 && bad[0].subject.ends_with("Content.xml"), "{bad:?}");
    // What is wrong comes first, and the ticks behind it are said to prove nothing.
    assert_eq!(outcome.steps[0].result, "bad", "{:?}", outcome.steps);
    assert!(outcome.steps[1].words.contains("不改变核验结果"), "{:?}", outcome.steps);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seal_taken_off_put_on_something_or_not_told_of() {
    let db = db::testing::databases().await.remove(0).1;
    let office = Office::over(&db).await;
    let sealed = office.town.sealed();
    let stripped = changed(&sealed, |name, bytes| {
        if name == "OFD.xml" {
            let link = "<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>";
            *bytes = String::from_utf8(bytes.clone()).unwrap().replace(link, "").into_bytes();
        }
        !name.starts_with("Doc_0/Signs/")
    });
    assert_eq!(office.verdict(&stripped).await, Verdict::Unsealed);
    assert_eq!(office.verdict(&office.town.written(&LICENCE).to_bytes()).await, Verdict::Unsealed);
    let mut parts: Vec<(&str, Vec<u8>)> =
        sealed.parts().map(|(name, bytes)| (name, bytes.to_vec())).collect();
    parts.push(("Doc_0/Annots/Annotations.xml", b"<x/>".to_vec()));
    assert_eq!(office.verdict(&parts.into_iter().collect::<Package>().to_bytes()).await, Verdict::Uncovered);
    let list = changed(&sealed, |name, bytes| {
        if name.ends_with("Signatures.xml") {
            *bytes = String::from_utf8(bytes.clone()).unwrap().replacen("s001", "s009", 1).into_bytes();
        }
        true
    });
    assert_eq!(office.verdict(&list).await, Verdict::ListBroken);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_seal_is_told_from_a_bad_one() {
    let db = db::testing::databases().await.remove(0).1;
    let office = Office::over(&db).await;
    // The forger's CA bears our names.
    let foreign = Town::named("县").sealed();
    assert_eq!(office.verdict(&foreign.to_bytes()).await, Verdict::ForeignSeal);
    // Somebody under our roots who may not make seals.
    let town = &office.town;
    let own_made = guomi::seal::make_seal(
        &town.signer,
        &order(
            &town.signer,
            "2024-01-01T00:00:00Z".parse().unwrap(),
            "2034-01-01T00:00:00Z".parse().unwrap(),
        ),
    )
    .unwrap();
    let own_office = ofd::OfficeSeal { signer: &town.signer as &dyn Signer, seal: &own_made };
    let posing = town.written(&LICENCE).seal(&own_office, None, &[], sealed_at()).unwrap();
    assert_eq!(office.verdict(&posing.to_bytes()).await, Verdict::ForeignSeal);
    // A seal file beside the signature that is not the one in it.
    let office_seal = ofd::OfficeSeal { signer: &town.signer as &dyn Signer, seal: &town.seal };
    let other = town.written(&LICENCE).seal(&office_seal, Some(&own_made.raw), &[], sealed_at()).unwrap();
    assert_eq!(office.verdict(&other.to_bytes()).await, Verdict::SealBad);
}

/// Signs with a seal that has ended, which an honest program refuses.
struct Forger<'a> {
    signer: &'a SoftKey,
    seal: Vec<u8>,
}

impl SealSigner for Forger<'_> {
    type Fault = guomi::SignFault;

    fn sign(&self, signature: &[u8], place: &str, at: Timestamp) -> Result<Vec<u8>, guomi::SignFault> {
        let time = at.strftime("%Y%m%d%H%M%SZ").to_string();
        let fields = [
            tlv(0x02, &[4]),
            self.seal.clone(),
            tlv(0x18, time.as_bytes()),
            bits(&guomi::sm3::digest(signature)),
            tlv(0x16, place.as_bytes()),
        ];
        let to_sign = tlv(0x30, &fields.concat());
        let signed = bits(&self.signer.sign(&to_sign)?);
        let algorithm = [0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75];
        let cert = tlv(0x04, self.signer.cert_der());
        Ok(tlv(0x30, &[&to_sign[..], &cert, &algorithm, &signed].concat()))
    }
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = content.len();
    let head = match len {
        0..=0x7f => vec![tag, len as u8],
        0x80..=0xff => vec![tag, 0x81, len as u8],
        _ => vec![tag, 0x82, (len >> 8) as u8, len as u8],
    };
    [head, content.to_vec()].concat()
}

fn bits(bytes: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[0], bytes].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_seal_and_a_suspended_one_have_their_own_words() {
    let db = db::testing::databases().await.remove(0).1;
    let office = Office::over(&db).await;
    let town = &office.town;
    let ended =
        order(&town.signer, "2024-01-01T00:00:00Z".parse().unwrap(), "2026-10-31T00:00:00Z".parse().unwrap());
    let seal = guomi::seal::make_seal(&town.maker, &ended).unwrap();
    let forger = Forger { signer: &town.signer, seal: seal.raw };
    let late = town.written(&LICENCE).seal(&forger, None, &[], sealed_at()).unwrap();
    assert_eq!(office.verdict(&late.to_bytes()).await, Verdict::SealExpired);

    let stood = |stood| *town.records.seal_stood.lock().unwrap() = stood;
    stood(Some(Stood::NotInUse { says: "2026年11月1日起停用".into() }));
    let outcome = office.file(&office.file).await;
    assert_eq!(outcome.verdict, Verdict::SealSuspended);
    assert!(outcome.steps.iter().any(|step| step.words.contains("2026年11月1日起停用")));
    stood(Some(Stood::InUse { bureau: "990102".into() }));
    assert_eq!(office.verdict(&office.file).await, Verdict::SealBad);
    stood(None);
    assert_eq!(office.verdict(&office.file).await, Verdict::StateUnknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_licence_that_lost_its_force_is_genuine_and_not_current() {
    db::on_each_database!(async |db: Db| {
        let mut office = Office::over(&db).await;
        let cancelled = |why| Status::Cancelled { on: None, why };
        for (status, why) in [
            (Status::Paused { since: None, until: None }, NotCurrent::Suspended),
            (Status::Stopped { since: None }, NotCurrent::Suspended),
            (cancelled(CancelReason::ClosedDown), NotCurrent::Cancelled),
            (cancelled(CancelReason::Revoked), NotCurrent::Revoked),
            (Status::Recalled { on: None }, NotCurrent::Recalled),
        ] {
            office.move_to(status).await;
            assert_eq!(office.verdict(&office.file).await, Verdict::NotCurrent(why));
        }
        office.move_to(Status::Trading).await;
        office.town.marked(NUMBER, 1, 5, Mark::Replaced);
        assert_eq!(office.verdict(&office.file).await, Verdict::NotCurrent(NotCurrent::Replaced));
        office.town.marked(NUMBER, 1, 5, Mark::Valid);
        office.now = "2031-11-23T01:00:00Z".parse().unwrap();
        assert_eq!(office.verdict(&office.file).await, Verdict::NotCurrent(NotCurrent::Expired));
        office.now = "2026-11-21T01:00:00Z".parse().unwrap();
        assert_eq!(office.verdict(&office.file).await, Verdict::NotCurrent(NotCurrent::NotYet));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_left_the_office_is_unknown_even_under_its_seal() {
    let db = db::testing::databases().await.remove(0).1;
    let office = Office::over(&db).await;
    let custom = |name: &str, value: &'static str| {
        LICENCE.map(|(other, kept)| if other == name { (other, value) } else { (other, kept) })
    };
    // Sealed and undone: the file may lie about, but nothing was issued by it.
    let undone = office.town.sealed_with(&custom("证照版本", "002")).to_bytes();
    assert_eq!(office.verdict(&undone).await, Verdict::UnknownDocument);
    // Kept in the records, but of a licence or an edition that does not exist, or of another bureau.
    for (name, value) in [("证照编号", "990101100099"), ("证照版本", "002")] {
        let file = office.town.sealed_with(&custom(name, value)).to_bytes();
        office.town.left(&file, Kind::LicenceOriginal, ("licence", NUMBER));
        assert_eq!(office.verdict(&file).await, Verdict::UnknownDocument, "{name}");
    }
    // A letter has no state to lose.
    let letter = office.town.sealed_with(&[("文书种类", "grant"), ("制发机关代码", BUREAU)]).to_bytes();
    office.town.left(&letter, Kind::Grant, ("case", "case-1"));
    assert_eq!(office.verdict(&letter).await, Verdict::Valid);
    // The decision that granted a licence falls with it.
    let decision =
        office.town.sealed_with(&[("文书种类", "grant"), ("制发机关代码", BUREAU), ("办件编号", "2")]);
    let decision = decision.to_bytes();
    let case = store::by_number(&mut db.clone(), BUREAU, NUMBER).await.unwrap().unwrap().case_id.unwrap();
    office.town.left(&decision, Kind::Grant, ("case", &case));
    assert_eq!(office.verdict(&decision).await, Verdict::Valid);
    office.move_to(Status::Cancelled { on: None, why: CancelReason::Revoked }).await;
    assert_eq!(office.verdict(&decision).await, Verdict::NotCurrent(NotCurrent::Revoked));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_copy_is_known_by_its_bytes_alone() {
    db::on_each_database!(async |db: Db| {
        let office = Office::over(&db).await;
        let pdf = b"%PDF-1.7 the reading copy";
        assert_eq!(office.verdict(pdf).await, Verdict::UnknownDocument);
        office.town.left(pdf, Kind::LicenceOriginal, ("licence", NUMBER));
        let outcome = office.file(pdf).await;
        assert_eq!((outcome.verdict, outcome.number.as_deref()), (Verdict::Valid, Some(NUMBER)));
        assert!(outcome.steps.iter().any(|step| step.words.contains("阅读件")));
        office.town.marked(NUMBER, 1, 5, Mark::Replaced);
        assert_eq!(office.verdict(pdf).await, Verdict::NotCurrent(NotCurrent::Replaced));
        assert_eq!(office.verdict(b"%PDF-1.7 the reading copy.").await, Verdict::UnknownDocument);
        // A form bears no seal; it is known all the same, and nobody is sent to look for its original.
        let form = b"%PDF-1.7 an application form";
        office.town.left(form, Kind::ApplicationForm, ("case", "case-1"));
        let outcome = office.file(form).await;
        assert_eq!((outcome.verdict, outcome.verdict.is_valid()), (Verdict::Record, false));
        assert!(outcome.steps[0].words.contains("不加盖电子印章"), "{:?}", outcome.steps);
        // Without the records nothing speaks for the copy, and nothing against it.
        let offline = examine_file(pdf.to_vec(), &office.list()).await;
        assert_eq!(offline.verdict, Verdict::Unchecked);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn junk_is_unreadable_and_hurts_nobody() {
    let db = db::testing::databases().await.remove(0).1;
    let office = Office::over(&db).await;
    // 160 MB of zeros in 160 kB.
    let bomb: Package = [("OFD.xml", vec![0; 160 << 20])].into_iter().collect();
    let bomb = bomb.to_bytes();
    assert!(bomb.len() < 1 << 20);
    let half = office.file.len() / 2;
    let huge = vec![0x50; 33 << 20];
    let zip = [("word/document.xml", b"x".to_vec())].into_iter().collect::<Package>().to_bytes();
    for junk in [&b""[..], b"junk", b"PK\x03\x04", &bomb, &office.file[..half], &huge, &zip] {
        assert_eq!(office.verdict(junk).await, Verdict::Unreadable, "{} bytes", junk.len());
    }
    let deep = format!("{}{}", "<a>".repeat(5_000), "</a>".repeat(5_000)).into_bytes();
    let nested = [("OFD.xml", deep)].into_iter().collect::<Package>().to_bytes();
    assert_eq!(office.verdict(&nested).await, Verdict::Unreadable);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_anybody_to_ask_the_state_is_unknown() {
    db::on_each_database!(async |db: Db| {
        let office = Office::over(&db).await;
        let nobody = office.against(Records::Nobody("没有数据库".into()));
        assert_eq!(examine_file(office.file.clone(), &nobody).await.verdict, Verdict::StateUnknown);
        // A list of another bureau says nothing; a file that does not tell its place can't be looked up.
        let other = StatusList::new("990102", &[(5, Mark::Valid)], vec![], office.now);
        let other = office.against(Records::List(Arc::new(other)));
        assert_eq!(examine_file(office.file.clone(), &other).await.verdict, Verdict::StateUnknown);
        let placeless = office.town.sealed_with(&LICENCE[..7]).to_bytes();
        assert_eq!(examine_file(placeless, &office.list()).await.verdict, Verdict::StateUnknown);

        office.db.close().await;
        assert_eq!(office.file(&office.file).await.verdict, Verdict::StateUnknown);
        let altered = changed(&office.town.sealed(), |name, bytes| {
            if name.ends_with("Content.xml") {
                bytes.push(b' ');
            }
            true
        });
        assert_eq!(office.file(&altered).await.verdict, Verdict::Altered, "that needs no database");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_judged_by_the_records_or_by_the_list() {
    db::on_each_database!(async |db: Db| {
        let office = Office::over(&db).await;
        let code = super::qr::address_of(&office.town);
        for against in [office.own(), office.list()] {
            let outcome = examine_qr(&code, &against).await;
            assert_eq!(outcome.verdict, Verdict::Valid, "{:#?}", outcome.steps);
            assert!(outcome.says().contains("二维码") && outcome.facts.len() >= 7);
            let foreign = super::qr::address_of(&Town::named("县"));
            assert_eq!(examine_qr(&foreign, &against).await.verdict, Verdict::ForeignSeal);
            let junk = examine_qr("https://example.com", &against).await;
            assert_eq!((junk.verdict, junk.facts.len()), (Verdict::Unreadable, 0));
            let (open, _) = code.split_once('#').unwrap();
            assert_eq!(examine_qr(open, &against).await.verdict, Verdict::Unsealed);
        }
        office.move_to(Status::Cancelled { on: None, why: CancelReason::Revoked }).await;
        office.town.marked(NUMBER, 1, 5, Mark::Ended);
        let verdict = examine_qr(&code, &office.own()).await.verdict;
        assert_eq!(verdict, Verdict::NotCurrent(NotCurrent::Revoked));
        let verdict = examine_qr(&code, &office.list()).await.verdict;
        assert_eq!(verdict, Verdict::NotCurrent(NotCurrent::Cancelled));
    });
}
