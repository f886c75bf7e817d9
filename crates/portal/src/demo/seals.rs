//! The seals of the demo town: a CA worth nothing, a key for each bureau, and seals in use since the officers hold their
//! posts. They come about by the same steps that people take.

use std::sync::Arc;

use identity::{Post, officers};
use include_dir::{Dir, include_dir};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use papers::SealPicture;
use seals::actions::{By, Face, Wanted, make, request, take};
use seals::keys::Organ;
use seals::state::{Step, Users};
use seals::{KeySettings, SealKeys, SealKind, store};
use web::App;
use web::clock::beijing;

use super::load::{DemoFault, POSTS_SINCE, refused};
use super::town::{Bureau, Town};

/// Drawn once, so that a load stays quick: `{bureau}-{kind}.png`.
static PICTURES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../places/9901/seals");

const LAST_DAY: Date = date(2034, 12, 31);
/// Certificates outlive the seals made for them.
const CERTS_TO: Date = date(2035, 12, 31);

/// Makes what is missing. How many seals were made.
pub(super) async fn load(app: &App, town: &Town) -> Result<usize, DemoFault> {
    keys(app, town).await?;
    let mut made = 0;
    for bureau in &town.bureaus {
        let people = People::of(app, bureau).await?;
        for kind in kinds(bureau) {
            let there = store::with_kind(&mut app.db.clone(), &bureau.code, kind).await?;
            if there.is_empty() {
                seal(app, bureau, kind, &people).await?;
                made += 1;
            }
        }
    }
    Ok(made)
}

/// Counties decide; the offices above them have their 公章.
fn kinds(bureau: &Bureau) -> Vec<SealKind> {
    match bureau.level {
        4 => vec![SealKind::Acceptance, SealKind::Licensing, SealKind::Official],
        _ => vec![SealKind::Official],
    }
}

/// The CA and a key with certificate for each bureau, in boxes that open at once: they protect nothing.
async fn keys(app: &App, town: &Town) -> Result<(), DemoFault> {
    let settings = app.part::<SealKeys>().settings().clone();
    let keys = SealKeys::new(KeySettings { iterations: 1_000, ..settings });
    let organs: Vec<(String, Organ)> = town
        .bureaus
        .iter()
        .map(|bureau| (bureau.code.clone(), Organ { name: bureau.name.clone() }))
        .collect();
    let making = tokio::task::spawn_blocking(move || {
        let (from, to) = (beijing(POSTS_SINCE, 0, 0), beijing(CERTS_TO, 23, 59));
        keys.found(&Organ { name: "演示市烟草专卖局（演示）".into() }, from)?;
        let have = keys.certs()?;
        for (code, organ) in organs {
            if !have.iter().any(|(known, _)| *known == code) {
                keys.issue(&code, &organ, None, from, to)?;
            }
        }
        Ok::<_, seals::KeyFault>(())
    });
    making.await.map_err(refused)?.map_err(|fault| refused(format!("{fault}。{}", fault.next())))
}

/// Who asks and who approves; offices without such officers leave it to the operator and the system.
struct People {
    keeper: (String, String),
    head: (String, String),
}

impl People {
    async fn of(app: &App, bureau: &Bureau) -> Result<People, DemoFault> {
        let mut db = app.db.clone();
        let keeper = officers::holding(&mut db, &bureau.code, Post::SealKeeper, POSTS_SINCE).await?;
        let head = officers::holding(&mut db, &bureau.code, Post::BureauHead, POSTS_SINCE).await?;
        let of = |found: Vec<officers::Colleague>, id: &str, name: &str| {
            let first = found.into_iter().next().map(|officer| (officer.id, officer.name));
            first.unwrap_or_else(|| (id.to_owned(), name.to_owned()))
        };
        Ok(People { keeper: of(keeper, "console", "服务器命令行"), head: of(head, "system", "系统") })
    }

    fn keeper(&self, at: Timestamp) -> By {
        By::new(&self.keeper.0, &self.keeper.1, at)
    }

    fn head(&self, at: Timestamp) -> By {
        By::new(&self.head.0, &self.head.1, at)
    }
}

async fn seal(app: &App, bureau: &Bureau, kind: SealKind, people: &People) -> Result<(), DemoFault> {
    let hour = |hour: i8| beijing(POSTS_SINCE, hour, 0);
    let wanted = Wanted {
        bureau: bureau.code.clone(),
        organ: bureau.name.clone(),
        kind,
        from: POSTS_SINCE,
        to: LAST_DAY,
        why: "启用电子印章".into(),
    };
    let asked = request(app, &people.keeper(hour(9)), &wanted).await.map_err(refused)?;
    let place = (asked.bureau.as_str(), asked.id.as_str());
    let head = people.head(hour(10));
    let approve = Step::Approve { by: head.person.clone() };
    take(app, &head, place, None, approve).await.map_err(refused)?;
    let keys: Arc<SealKeys> = app.part::<SealKeys>();
    let drawn = || Face::Drawn { organ: bureau.name.clone() };
    let face = picture(&bureau.code, kind).map_or_else(drawn, Face::Ready);
    make(app, &keys, &people.keeper(hour(11)), place, None, face).await.map_err(refused)?;
    let hand_out = Step::HandOut { users: users(kind) };
    take(app, &people.keeper(hour(12)), place, None, hand_out).await.map_err(refused)?;
    Ok(())
}

fn users(kind: SealKind) -> Users {
    match kind {
        SealKind::Acceptance => Users::new(&[Post::LicenceClerk, Post::LicenceHead], true),
        SealKind::Licensing => Users::new(&[Post::LicenceClerk, Post::LicenceHead, Post::BureauHead], true),
        SealKind::Official => Users::new(&[Post::BureauHead, Post::SealKeeper], false),
    }
}

fn picture(bureau: &str, kind: SealKind) -> Option<SealPicture> {
    let file = PICTURES.get_file(format!("{bureau}-{}.png", kind.code()))?;
    Some(SealPicture { png: file.contents().to_vec(), width: 42, height: 42 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use papers::{SealFace, Typesetter};

    /// What is on the pictures: written anew by `UPDATE_EXPECT=1` from the typesetter, and small enough to stand in every
    /// sealed document.
    #[test]
    fn every_bureau_has_the_pictures_of_its_seals() {
        let town = Town::embedded();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../places/9901/seals");
        let anew = std::env::var_os("UPDATE_EXPECT").is_some();
        let press = typeset::Press::new();
        for bureau in &town.bureaus {
            for kind in kinds(bureau) {
                let name = format!("{}-{}.png", bureau.code, kind.code());
                let purpose = (kind != SealKind::Official).then(|| kind.says().to_owned());
                let face = SealFace { organ: bureau.name.clone(), purpose };
                if anew {
                    let picture = press.seal_picture(&face).unwrap();
                    std::fs::write(format!("{folder}/{name}"), &picture.png).unwrap();
                }
                let Ok(png) = std::fs::read(format!("{folder}/{name}")) else { panic!("{name} is missing") };
                assert!(png.len() <= 14 << 10, "{name} has {} bytes", png.len());
            }
        }
    }
}
