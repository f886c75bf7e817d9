//! `yanzheng seal`: the site's certificates, and the seals of its bureaus.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use guomi::VerifyingKey;
use identity::bureaus;
use jiff::ToSpan;
use seals::keys::Organ;
use seals::state::State;
use seals::{KeyFault, Record, SealKeys, store};
use web::Clock;
use web::clock::{office_day, office_zone};
use web::text::io_fault;

use super::{Done, Stop, data, say, words};
use crate::settings::Settings;

#[derive(Subcommand)]
#[command(subcommand_help_heading = "命令")]
pub enum Seal {
    /// 本站的根证书、证书机构和签章证书
    #[command(subcommand, help_template = words::HELP)]
    Ca(Ca),
    /// 列出一个单位或者全部单位的印章
    #[command(help_template = words::HELP)]
    List {
        #[arg(value_name = "单位编码")]
        bureau: Option<String>,
    },
}

#[derive(Subcommand)]
#[command(subcommand_help_heading = "命令")]
pub enum Ca {
    /// 建立根证书、证书机构和制章人（已有的不动）
    #[command(help_template = words::HELP)]
    Init {
        /// 证书上的机关名称（默认用设置中的主办单位）
        #[arg(long, value_name = "名称")]
        organ: Option<String>,
    },
    /// 为一个单位签发签章证书
    #[command(help_template = words::HELP)]
    Issue(Issue),
    /// 输出信任证书（PEM，先根证书，后证书机构），交给验证的一方
    #[command(help_template = words::HELP)]
    Trust,
}

#[derive(Args)]
pub struct Issue {
    #[arg(value_name = "单位编码")]
    bureau: String,
    /// 有效年数
    #[arg(long, value_name = "年数", default_value_t = 6, value_parser = clap::value_parser!(i64).range(1..=12))]
    years: i64,
    /// 密钥在签章设备中的，给出设备导出的公钥（PEM 文件）
    #[arg(long, value_name = "文件")]
    public_key: Option<PathBuf>,
    /// 换发：原来的证书和密钥移到旁边，之后要重新制作印章
    #[arg(long)]
    again: bool,
}

pub async fn run(settings: &Settings, asked: Seal) -> Done {
    match asked {
        Seal::Ca(Ca::Init { organ }) => init(settings, organ),
        Seal::Ca(Ca::Issue(asked)) => issue(settings, asked).await,
        Seal::Ca(Ca::Trust) => trust(settings),
        Seal::List { bureau } => list(settings, bureau).await,
    }
}

fn keys(settings: &Settings) -> SealKeys {
    SealKeys::new(settings.seal.for_keys(&settings.storage))
}

fn stop(fault: KeyFault) -> Stop {
    Stop::because(format!("{fault}。{}。", fault.next()))
}

fn init(settings: &Settings, organ: Option<String>) -> Done {
    let keys = keys(settings);
    let organ = Organ { name: organ.unwrap_or_else(|| settings.site.sponsor.clone()) };
    let founded = keys.found(&organ, web::SystemClock.now()).map_err(stop)?;
    let folder = keys.settings().folder.display();
    if founded.made.is_empty() {
        say(format!("{folder} 中已有证书和密钥，没有改动。"));
        return Ok(());
    }
    say(format!("已在 {folder} 建立：{}。", founded.made.join("、")));
    if keys.settings().passphrase.is_none() {
        say("口令保存在该文件夹的 passphrase 文件中；正式使用请改由 YANZHENG_SEAL_PASSPHRASE 给出。");
    }
    say("请把这个文件夹与口令分开备份：丢失后原有印章不能再用，泄露后他人可以盖章。");
    say("下一步：yanzheng seal ca issue 单位编码，再由印章管理员在工作台申请制作印章。");
    Ok(())
}

async fn issue(settings: &Settings, asked: Issue) -> Done {
    let public = asked.public_key.as_deref().map(public_key).transpose()?;
    let db = data::open_existing(settings).await?;
    let all = bureaus::all(&mut db.clone()).await.map_err(Stop::because)?;
    db.close().await;
    let bureau = all.into_iter().find(|bureau| bureau.code == asked.bureau).ok_or_else(|| {
        Stop::because(format!("没有单位 {}。请用 yanzheng bureau list 查看。", asked.bureau))
    })?;
    let keys = keys(settings);
    // Nothing is set aside that nothing new can take the place of.
    keys.can_issue().map_err(stop)?;
    if asked.again {
        keys.retire(&bureau.code).map_err(stop)?;
    }
    let from = web::SystemClock.now();
    let to = from.to_zoned(office_zone()).saturating_add(asked.years.years()).timestamp();
    let organ = Organ { name: bureau.name.clone() };
    let cert = keys.issue(&bureau.code, &organ, public.as_ref(), from, to).map_err(stop)?;
    say(format!("已为{}签发签章证书，有效期至 {}。", bureau.name, office_day(cert.not_after())));
    say(format!("证书 SM3：{}", hex::encode(cert.fingerprint())));
    if asked.again {
        say("原来的印章不能再用。请印章管理员申请制作新的印章；正在运行的网站请重启。");
    }
    Ok(())
}

fn public_key(file: &Path) -> Result<VerifyingKey, Stop> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Stop::because(format!("读不到 {}：{}", file.display(), io_fault(&error))))?;
    VerifyingKey::from_pem(&text).map_err(|fault| {
        Stop::because(format!("{}：{fault}。请从设备导出 PEM 格式的 SM2 公钥。", file.display()))
    })
}

fn trust(settings: &Settings) -> Done {
    say(keys(settings).trust_pem().map_err(stop)?.trim_end());
    Ok(())
}

async fn list(settings: &Settings, bureau: Option<String>) -> Done {
    let db = data::open_existing(settings).await?;
    let mut reader = db.clone();
    let all = bureaus::all(&mut reader).await.map_err(Stop::because)?;
    let wanted: Vec<_> = match &bureau {
        None => all.iter().collect(),
        Some(code) => all.iter().filter(|one| one.code == *code).collect(),
    };
    if wanted.is_empty() {
        return Err(Stop::because("没有这个单位。请用 yanzheng bureau list 查看。"));
    }
    let mut count = 0;
    for one in wanted {
        for seal in store::of_bureau(&mut reader, &one.code).await.map_err(Stop::because)? {
            say(line(&seal));
            count += 1;
        }
    }
    db.close().await;
    if count == 0 {
        say("还没有印章。请印章管理员在工作台申请制作。");
    }
    Ok(())
}

fn line(seal: &Record) -> String {
    let users = match &seal.state {
        State::InUse { users } => format!("，使用岗位：{}", users.say()),
        _ => String::new(),
    };
    let (from, to) = (office_day(seal.valid_from), office_day(seal.valid_to));
    format!("{}  {}  {}  {from} 至 {to}{users}", seal.id, seal.state.says(), seal.name)
}
