//! Bureaus and officers from the command line: what a new site needs before anybody can sign in.

use std::path::Path;

use identity::staff::{self, By};
use identity::{Bureau, Level, NewOfficer, Post, accounts, bureaus, officers, passwords, sessions};
use law::codes::CreditCode;
use serde::Deserialize;
use web::App;
use web::text::io_fault;

use super::{Done, Stop, data, say};
use crate::assemble::assemble;
use crate::settings::Settings;

async fn open(settings: &Settings) -> Result<App, Stop> {
    Ok(assemble(settings).await.map_err(|fault| Stop::because(format!("{fault:#}")))?.app)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tree {
    bureau: Vec<Entry>,
}

/// As in `places/9901/bureaus.toml`, which explains the fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    name: String,
    short: String,
    level: u8,
    parent: Option<String>,
    division: String,
    uscc: String,
    address: String,
    phone: String,
    complaints: String,
    review_organ: String,
    court: String,
    supply_company: String,
}

impl Entry {
    fn into_bureau(self) -> Result<Bureau, String> {
        let level = Level::from_number(i64::from(self.level))
            .ok_or_else(|| format!("{} 的 level 是 {}，应为 1 到 4", self.name, self.level))?;
        let divided = |code: &str| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        if !divided(&self.code) || !divided(&self.division) {
            return Err(format!("{} 的 code 和 division 应为 6 位数字", self.name));
        }
        CreditCode::parse(&self.uscc)
            .map_err(|fault| format!("{} 的 uscc：{}", self.name, fault.explain()))?;
        Ok(Bureau {
            code: self.code,
            name: self.name,
            short: self.short,
            level,
            parent: self.parent,
            division: self.division,
            uscc: self.uscc,
            address: self.address,
            phone: self.phone,
            complaints: self.complaints,
            review_organ: self.review_organ,
            court: self.court,
            supply_company: self.supply_company,
        })
    }
}

/// The bureaus of a file, parents before children. `known` are the codes the database has already.
fn read_tree(text: &str, known: &[String]) -> Result<Vec<Bureau>, String> {
    let tree: Tree = toml::from_str(text).map_err(|error| format!("写法不对：{error}"))?;
    let mut bureaus = tree.bureau.into_iter().map(Entry::into_bureau).collect::<Result<Vec<_>, _>>()?;
    bureaus.sort_by_key(|bureau| bureau.level);
    let there = |code: &str, above: &[Bureau]| {
        known.iter().any(|one| one == code) || above.iter().any(|one| one.code == code)
    };
    for (at, bureau) in bureaus.iter().enumerate() {
        match &bureau.parent {
            None if bureau.level != Level::Nation && known.is_empty() && at > 0 => {
                return Err(format!("{} 没有写 parent（上级局的 code）", bureau.name));
            }
            Some(parent) if !there(parent, &bureaus[..at]) => {
                return Err(format!("{} 的上级局 {parent} 不在文件里，也不在数据库里", bureau.name));
            }
            _ => {}
        }
    }
    Ok(bureaus)
}

pub async fn import_bureaus(settings: &Settings, file: &Path) -> Done {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Stop::because(format!("读不到 {}：{}", file.display(), io_fault(&error))))?;
    let app = open(settings).await?;
    let known = bureaus::all(&mut app.db.clone()).await.map_err(Stop::because)?;
    let known: Vec<String> = known.into_iter().map(|bureau| bureau.code).collect();
    let read = read_tree(&text, &known)
        .map_err(|why| Stop::because(format!("{}：{why}。一个单位也没有写入。", file.display())))?;
    let mut tx = app.db.begin().await.map_err(Stop::because)?;
    for bureau in &read {
        bureaus::add(&app, &mut tx, bureau).await.map_err(Stop::because)?;
    }
    tx.commit().await.map_err(Stop::because)?;
    app.db.close().await;
    say(format!("已写入 {} 个单位。正在运行的网站请重启，以便采用改动过的单位信息。", read.len()));
    Ok(())
}

pub async fn list_bureaus(settings: &Settings) -> Done {
    data::existing(settings)?;
    let app = open(settings).await?;
    let all = bureaus::all(&mut app.db.clone()).await.map_err(Stop::because)?;
    app.db.close().await;
    if all.is_empty() {
        say("还没有单位。请用 yanzheng bureau import 文件 写入，写法同 places/9901/bureaus.toml。");
    }
    for bureau in all {
        let indent = "  ".repeat(usize::try_from(bureau.level.number() - 1).unwrap_or(0));
        say(format!("{}  {indent}{}", bureau.code, bureau.name));
    }
    Ok(())
}

/// A post by its code or its name.
pub fn post(written: &str) -> Result<Post, String> {
    Post::ALL.into_iter().find(|post| post.code() == written || post.says() == written).ok_or_else(|| {
        let all: Vec<String> =
            Post::ALL.into_iter().map(|post| format!("{}（{}）", post.says(), post.code())).collect();
        format!("没有这个岗位，可用的有：{}", all.join("、"))
    })
}

#[derive(clap::Args)]
pub struct New {
    /// 单位编码，见 yanzheng bureau list
    #[arg(long, value_name = "编码")]
    bureau: String,
    /// 登录名
    #[arg(long, value_name = "登录名")]
    login: String,
    /// 姓名
    #[arg(long, value_name = "姓名")]
    name: String,
    /// 烟草专卖行政执法证号
    #[arg(long, value_name = "证号")]
    badge: String,
    /// 岗位，可重复，例如 证件管理员
    #[arg(long, value_name = "岗位", value_parser = post)]
    post: Vec<Post>,
}

pub async fn add(settings: &Settings, new: New) -> Done {
    let app = open(settings).await?;
    let bureau = bureaus::by_code(&app, &mut app.db.clone(), &new.bureau)
        .await
        .map_err(Stop::because)?
        .ok_or_else(|| no_bureau(&new.bureau))?;
    for (at, post) in new.post.iter().enumerate() {
        if let Some(held) = staff::clash(&new.post[..at], *post) {
            return Err(Stop::because(format!(
                "“{}”和“{}”不能由同一人担任。系统管理、安全管理、审计相互分开，也不兼办理业务。",
                post.says(),
                held.says()
            )));
        }
    }
    let password = first_password();
    let phc = passwords::hash(&password).await.map_err(told)?;
    let officer = NewOfficer {
        bureau: new.bureau,
        login: new.login,
        name: new.name,
        badge: new.badge,
        posts: new.post,
    };
    let mut tx = app.db.begin().await.map_err(Stop::because)?;
    let id = officers::add(&app, &mut tx, &officer, app.today(), &phc).await.map_err(told)?;
    staff::record_new(&app, &mut tx, By::Console, &officer.bureau, &id, &officer.posts)
        .await
        .map_err(face)?;
    tx.commit().await.map_err(Stop::because)?;
    app.db.close().await;
    say(format!("已新增 {} {}，登录名 {}。", bureau.name, officer.name, officer.login));
    say(format!("初始密码：{password}　只显示这一次，请本人登录后马上修改。"));
    Ok(())
}

pub async fn list(settings: &Settings, bureau: &str) -> Done {
    let app = open(settings).await?;
    let mut db = app.db.clone();
    bureaus::by_code(&app, &mut db, bureau).await.map_err(Stop::because)?.ok_or_else(|| no_bureau(bureau))?;
    let members = staff::of_bureau(&mut db, bureau, app.today()).await.map_err(Stop::because)?;
    app.db.close().await;
    for member in members {
        let posts: Vec<&str> = member.posts.iter().map(|post| post.says()).collect();
        let posts = if posts.is_empty() { "没有岗位".to_owned() } else { posts.join("、") };
        say(format!("{}  {}  {posts}", member.name, member.badge));
    }
    Ok(())
}

/// What to do with a post.
#[derive(Clone, Copy)]
pub enum Change {
    Give,
    Take,
}

pub async fn change(settings: &Settings, change: Change, login: &str, post: Post) -> Done {
    let app = open(settings).await?;
    let (id, bureau) = officer(&app, login).await?;
    let (done, says) = match change {
        Change::Give => (staff::give(&app, By::Console, &bureau, &id, post).await, "已担任"),
        Change::Take => (staff::take(&app, By::Console, &bureau, &id, post).await, "不再担任"),
    };
    done.map_err(face)?;
    app.db.close().await;
    say(format!("{login} {says}“{}”，马上生效，已记入办理记录。", post.says()));
    Ok(())
}

/// A new password for somebody who lost his; every place he is signed in at ends.
pub async fn reset(settings: &Settings, login: &str) -> Done {
    let app = open(settings).await?;
    let (id, _) = officer(&app, login).await?;
    let password = first_password();
    let phc = passwords::hash(&password).await.map_err(told)?;
    let mut tx = app.db.begin().await.map_err(Stop::because)?;
    accounts::set_password(&mut tx, &id, &phc, app.now()).await.map_err(told)?;
    sessions::revoke_all(&mut tx, &id, app.now()).await.map_err(told)?;
    tx.commit().await.map_err(Stop::because)?;
    app.db.close().await;
    say(format!("{login} 的新密码：{password}　只显示这一次，请本人登录后马上修改。"));
    Ok(())
}

/// Subject and bureau of an officer by login name.
async fn officer(app: &App, login: &str) -> Result<(String, String), Stop> {
    let unknown = || Stop::because(format!("没有登录名为“{login}”的工作人员。"));
    let mut db = app.db.clone();
    let id = accounts::by_name(app, &mut db, "login", login).await.map_err(told)?.ok_or_else(unknown)?;
    let bureau = officers::bureau_of(&mut db, &id).await.map_err(Stop::because)?.ok_or_else(unknown)?;
    Ok((id, bureau))
}

/// 16 letters and digits that are not mistaken for one another.
fn first_password() -> String {
    const SIGNS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes: [u8; 16] = web::app::random();
    bytes.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect()
}

fn no_bureau(code: &str) -> Stop {
    Stop::because(format!("没有编码为“{code}”的单位。用 yanzheng bureau list 查看全部单位。"))
}

fn told(fault: identity::Fault) -> Stop {
    face(fault.into())
}

fn face(refused: staff::Refused) -> Stop {
    let face = refused.face();
    Stop::because(format!("{}。{}", face.says, face.next))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOWN: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../places/9901/bureaus.toml"));

    #[test]
    fn a_tree_is_read_parents_first() {
        let bureaus = read_tree(TOWN, &[]).unwrap();
        assert_eq!((bureaus.len(), bureaus[0].code.as_str()), (8, "000000"));
        assert!(bureaus.windows(2).all(|pair| pair[0].level <= pair[1].level));
    }

    #[test]
    fn a_tree_with_a_hole_or_a_wrong_code_is_refused_whole() {
        let hole = TOWN.replace("code = \"990100\"", "code = \"990199\"");
        assert!(read_tree(&hole, &[]).unwrap_err().contains("上级局 990100"));
        assert!(read_tree(&hole, &["990100".into()]).is_ok(), "the parent is in the database");
        let wrong = TOWN.replace("1199010109901003X0", "1199010109901003X1");
        assert!(read_tree(&wrong, &[]).unwrap_err().contains("校验码"));
        assert!(read_tree("[[bureau]]\ncode = \"1\"", &[]).unwrap_err().contains("写法不对"));
    }

    #[test]
    fn a_post_is_known_by_name_and_by_code() {
        assert_eq!(post("证件管理员"), Ok(Post::LicenceClerk));
        assert_eq!(post("bureau_head"), Ok(Post::BureauHead));
        assert!(post("局长").unwrap_err().contains("机关负责人（bureau_head）"));
    }

    #[test]
    fn a_first_password_is_strong_enough_and_new_each_time() {
        let (one, two) = (first_password(), first_password());
        assert_ne!(one, two);
        assert_eq!(passwords::weakness(&one, &[]), None);
    }
}
