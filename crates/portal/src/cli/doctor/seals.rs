//! What `doctor` finds about seals: keys, certificates, the signing service, seals that end soon.

use db::Db;
use identity::bureaus;
use jiff::{SignedDuration, Timestamp};
use seals::{KeyFault, Record, SealKeys, store};
use web::clock::office_day;

use super::{Finding, bad, good, mind};
use crate::settings::Settings;

/// A new certificate or seal takes an approval and somebody who makes it.
const SOON: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Opening a key takes a third of a second on purpose.
const MOST_OPENED: usize = 20;

pub(super) async fn of_seals(settings: &Settings, db: &Db, now: Timestamp) -> Vec<Finding> {
    let seals = match seals_in_use(db).await {
        Ok(seals) => seals,
        Err(fault) => return vec![bad("印章", format!("查不到：{fault}"))],
    };
    let keys = SealKeys::new(settings.seal.for_keys(&settings.storage));
    if !keys.is_founded() {
        let folder = keys.settings().folder.display();
        return vec![match seals.is_empty() {
            true => mind(
                "印章",
                format!("{folder} 中没有签章密钥，需要盖章的文书不能出具。请运行 yanzheng seal ca init"),
            ),
            false => bad(
                "印章",
                format!("有 {} 枚使用中的印章，但 {folder} 中没有签章密钥，请用备份恢复", seals.len()),
            ),
        }];
    }
    let mut findings = vec![of_files(&keys), of_keys(&keys, &seals, now)];
    findings.extend(of_certs(&keys, now));
    findings.push(of_validity(&seals, now));
    findings.extend(of_holders(&keys, &seals, db).await);
    findings
}

async fn seals_in_use(db: &Db) -> Result<Vec<Record>, db::Fault> {
    let mut db = db.clone();
    let mut seals = Vec::new();
    for bureau in bureaus::all(&mut db).await? {
        let all = store::of_bureau(&mut db, &bureau.code).await?;
        seals.extend(all.into_iter().filter(|seal| seal.state.is_in_use()));
    }
    Ok(seals)
}

fn of_files(keys: &SealKeys) -> Finding {
    match keys.open_to_others() {
        Ok(None) => good("签章密钥", format!("{}，只有本用户能读", keys.settings().folder.display())),
        Ok(Some(path)) => {
            let path = path.display();
            bad("签章密钥", format!("{path} 其他用户也能读，请执行 chmod 600 {path}"))
        }
        Err(fault) => told("签章密钥", &fault),
    }
}

fn told(what: &'static str, fault: &KeyFault) -> Finding {
    bad(what, format!("{fault}。{}", fault.next()))
}

/// Opens the keys of the bureaus that have seals, and lets each sign something.
fn of_keys(keys: &SealKeys, seals: &[Record], now: Timestamp) -> Finding {
    let mut codes: Vec<&str> = seals.iter().map(|seal| seal.bureau.as_str()).collect();
    codes.dedup();
    for code in codes.iter().take(MOST_OPENED) {
        let held = match keys.signer(code, now) {
            Ok(held) => held,
            Err(fault) => return told("签章", &fault),
        };
        if let Err(fault) = held.signer().sign(b"yanzheng doctor") {
            return bad("签章", format!("{code}：{fault}。{}", fault.next()));
        }
    }
    let by = if keys.settings().service.is_some() { "签章服务" } else { "密钥文件" };
    good("签章", format!("试签 {} 个单位，全部正常（{by}）", codes.len().min(MOST_OPENED)))
}

fn of_certs(keys: &SealKeys, now: Timestamp) -> Option<Finding> {
    let certs = match keys.certs() {
        Ok(certs) => certs,
        Err(fault) => return Some(told("签章证书", &fault)),
    };
    let (code, first) = certs.iter().min_by_key(|(_, cert)| cert.not_after())?;
    let day = office_day(first.not_after());
    let again = format!("请运行 yanzheng seal ca issue {code} --again，再重新制作印章");
    Some(if first.not_after() < now {
        bad("签章证书", format!("{code} 的证书已于 {day} 到期，{again}"))
    } else if first.not_after().duration_since(now) < SOON {
        mind("签章证书", format!("{code} 的证书 {day} 到期，{again}"))
    } else {
        good("签章证书", format!("{} 张，最早到期的是 {code}（{day}）", certs.len()))
    })
}

/// A seal is made for one certificate: after `seal ca issue --again` nobody can use the old one, though it still counts as
/// in use. Nothing is said when all is well.
async fn of_holders(keys: &SealKeys, seals: &[Record], db: &Db) -> Vec<Finding> {
    let certs = keys.certs().unwrap_or_default();
    let mut findings = Vec::new();
    for seal in seals {
        let body = match store::body(&mut db.clone(), &seal.bureau, &seal.id).await {
            Ok(body) => body.unwrap_or_default(),
            Err(fault) => return vec![bad("印章", format!("查不到：{fault}"))],
        };
        let made = seals::made_from(&body);
        let cert = certs.iter().find(|(code, _)| *code == seal.bureau).map(|(_, cert)| cert);
        let named = format!("{}（{}）", seal.name, seal.id);
        match (made, cert) {
            (Err(_), _) => findings.push(bad("印章", format!("{named}的数据已损坏，请用备份恢复"))),
            (Ok(made), Some(cert)) if !made.holders.contain(cert.der()) => findings.push(bad(
                "印章",
                format!("{named}是用换发前的证书制作的，不能再盖章。请销毁它，再申请、制作新的印章"),
            )),
            _ => {}
        }
    }
    findings
}

fn of_validity(seals: &[Record], now: Timestamp) -> Finding {
    let Some(first) = seals.iter().min_by_key(|seal| seal.valid_to) else {
        return mind("印章", "没有使用中的印章，需要盖章的文书不能出具。请印章管理员在工作台申请制作");
    };
    let day = office_day(first.valid_to);
    let named = format!("{}（{}）", first.name, first.id);
    if first.is_expired(now) {
        bad("印章", format!("{named}已于 {day} 到期，请换发"))
    } else if first.valid_to.duration_since(now) < SOON {
        mind("印章", format!("{named} {day} 到期，请办理换发"))
    } else {
        good("印章", format!("{} 枚使用中，最早到期的是{named}，{day}", seals.len()))
    }
}
