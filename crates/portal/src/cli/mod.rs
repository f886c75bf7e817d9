//! The command line. Help and answers are Chinese, for the people who run the server in a bureau.
//!
//! Exit codes: 0 done, 1 refused or found wrong, 2 called wrongly, 3 (`catalog drift`) could not be looked at.

mod catalog;
mod checks;
mod data;
mod doctor;
mod items;
mod law;
mod licence;
mod people;
mod seal;
mod search;
mod verify;
mod words;

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use jiff::civil::Date;

use crate::settings::Settings;

#[derive(Parser)]
#[command(
    name = "yanzheng",
    bin_name = "yanzheng",
    version,
    about = "烟政通：烟草专卖政务服务平台",
    disable_help_subcommand = true
)]
#[command(help_template = words::HELP)]
struct Cli {
    /// 设置文件（默认读当前文件夹的 yanzheng.toml）
    #[arg(long, global = true, value_name = "文件")]
    settings: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
#[command(subcommand_help_heading = "命令")]
enum Command {
    /// 启动网站
    #[command(help_template = words::HELP)]
    Serve(Serve),
    /// 建立或升级数据库
    #[command(help_template = words::HELP)]
    Migrate,
    /// 装入虚构的演示城市 9901（只用于空库或演示库）
    #[command(help_template = words::HELP)]
    Demo(Demo),
    /// 体检：设置、数据库、字体、磁盘、时钟、工作日历、印章
    #[command(help_template = words::HELP)]
    Doctor,
    /// 备份数据库到一个新文件（网站可以不停）
    #[command(help_template = words::HELP)]
    Backup {
        #[arg(value_name = "文件")]
        file: PathBuf,
    },
    /// 从备份文件恢复到一个空数据库
    #[command(help_template = words::HELP)]
    Restore {
        #[arg(value_name = "文件")]
        file: PathBuf,
    },
    /// 期限与工作日历
    #[command(subcommand, help_template = words::HELP)]
    Law(Law),
    /// 各类编码的校验
    #[command(subcommand, help_template = words::HELP)]
    Codes(Codes),
    /// 事项目录
    #[command(subcommand, help_template = words::HELP)]
    Items(Items),
    /// 办事指南的一致性
    #[command(subcommand, help_template = words::HELP)]
    Catalog(catalog::Catalog),
    /// 搜索事项、指南、问答、法条和栏目
    #[command(help_template = words::HELP)]
    Search(search::Query),
    /// 单位（各级烟草专卖局）
    #[command(subcommand, help_template = words::HELP)]
    Bureau(Bureau),
    /// 工作人员和岗位
    #[command(subcommand, help_template = words::HELP)]
    Officer(Officer),
    /// 许可证
    #[command(subcommand, help_template = words::HELP)]
    Licence(Licence),
    /// 电子印章
    #[command(subcommand, help_template = words::HELP)]
    Seal(seal::Seal),
    /// 办理记录
    #[command(subcommand, help_template = words::HELP)]
    History(History),
    /// 核验电子证照、文书或二维码；只有真实且现在有效时退出码才是 0
    #[command(help_template = words::HELP)]
    Verify(verify::Asked),
}

#[derive(Args)]
struct Serve {
    /// 监听地址和端口，例如 127.0.0.1:8080
    #[arg(long, value_name = "地址:端口")]
    listen: Option<String>,
    /// 演示站：验证码显示在页面上，登录页列出演示账号
    #[arg(long)]
    demo: bool,
}

#[derive(Args)]
struct Demo {
    /// 数据库已有演示数据时不再装入
    #[arg(long)]
    if_empty: bool,
}

#[derive(Subcommand)]
#[command(subcommand_help_heading = "命令")]
enum Law {
    /// 计算截止日期：自次日起数 N 个工作日
    #[command(help_template = words::HELP)]
    Due(Due),
    /// 工作日历
    #[command(subcommand, help_template = words::HELP)]
    Calendar(Calendar),
}

#[derive(Args)]
struct Due {
    /// 起算日（当日不计入），例如 2026-02-12
    #[arg(long, value_name = "日期", value_parser = law::day)]
    from: Date,
    /// 工作日数
    #[arg(long, value_name = "天数", value_parser = clap::value_parser!(u16).range(0..=2000))]
    workdays: u16,
    /// 依法不计入的期间（首尾两天都在内），可重复；可写明种类，例如 2026-02-24..2026-02-26=听证
    #[arg(long, value_name = "起..止", value_parser = law::pause)]
    pause: Vec<::law::Pause>,
    /// 逐日列出台账
    #[arg(long)]
    ledger: bool,
    /// 输出 JSON，供程序读取
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
#[command(subcommand_help_heading = "命令")]
enum Calendar {
    /// 导入国务院办公厅公布的下一年放假安排（TOML 文件，写法同 law/calendar/2026.toml）
    #[command(help_template = words::HELP)]
    Import {
        #[arg(value_name = "文件")]
        file: PathBuf,
    },
    /// 列出各年的放假安排及其依据
    #[command(help_template = words::HELP)]
    List,
}

#[derive(Subcommand)]
#[command(subcommand_help_heading = "命令")]
enum Codes {
    /// 校验一个编码并说明各段含义；不合格时退出码为 1
    #[command(help_template = words::HELP)]
    Check {
        #[arg(value_name = "种类")]
        kind: String,
        #[arg(value_name = "编码")]
        value: String,
    },
}

#[derive(Subcommand)]
#[command(subcommand_help_heading = "命令")]
enum Items {
    /// 检查事项目录（默认检查程序自带的 items）
    #[command(help_template = words::HELP)]
    Check {
        #[arg(value_name = "文件夹")]
        folder: Option<PathBuf>,
        /// 列出各单位实施清单的完整度和还缺什么
        #[arg(long)]
        score: bool,
    },
    /// 导出国家实施清单交换表：xlsx、CSV 或者 JSON
    #[command(help_template = words::HELP)]
    Export(items::Export),
    /// 导入地方实施清单；有一处不对就一行也不导入，逐行说明
    #[command(help_template = words::HELP)]
    Import(items::Import),
    /// 比较两个文件夹里的事项目录，逐个要素列出差异
    #[command(help_template = words::HELP)]
    Diff {
        #[arg(value_name = "原来的文件夹")]
        old: PathBuf,
        #[arg(value_name = "新的文件夹")]
        new: PathBuf,
    },
}

#[derive(Subcommand)]
#[command(subcommand_help_heading = "命令")]
enum Licence {
    /// 导入许可证底册（CSV，列名同 places/9901/licences.csv）
    #[command(help_template = words::HELP)]
    Import {
        #[arg(value_name = "CSV 文件")]
        file: PathBuf,
    },
    /// 导出电子许可证正本；旧系统转入、还没有电子证照的先补发
    #[command(help_template = words::HELP)]
    Export(licence::Export),
    /// 列出许可证和电子证照的版本、状态
    #[command(help_template = words::HELP)]
    List(licence::List),
}

#[derive(Subcommand)]
#[command(subcommand_help_heading = "命令")]
enum Bureau {
    /// 写入或更新单位（TOML 文件，写法同 places/9901/bureaus.toml）
    #[command(help_template = words::HELP)]
    Import {
        #[arg(value_name = "文件")]
        file: PathBuf,
    },
    /// 列出全部单位
    #[command(help_template = words::HELP)]
    List,
}

#[derive(Subcommand)]
#[command(subcommand_help_heading = "命令")]
enum Officer {
    /// 新增一名工作人员，显示一次初始密码
    #[command(help_template = words::HELP)]
    Add(people::New),
    /// 列出一个单位的人员和岗位
    #[command(help_template = words::HELP)]
    List {
        #[arg(value_name = "单位编码")]
        bureau: String,
    },
    /// 授予岗位，马上生效
    #[command(help_template = words::HELP)]
    Give(PostOf),
    /// 取消岗位，马上生效
    #[command(help_template = words::HELP)]
    Take(PostOf),
    /// 忘记密码时重设，显示一次新密码
    #[command(help_template = words::HELP)]
    Password {
        #[arg(value_name = "登录名")]
        login: String,
    },
}

#[derive(Args)]
struct PostOf {
    #[arg(value_name = "登录名")]
    login: String,
    /// 名称或编码，例如 证件管理员
    #[arg(value_name = "岗位", value_parser = people::post)]
    post: identity::Post,
}

#[derive(Subcommand)]
#[command(subcommand_help_heading = "命令")]
enum History {
    /// 核对办理记录的哈希链，指出第一条被改动的记录
    #[command(help_template = words::HELP)]
    Verify,
}

/// What stops a command: words for the person, and the exit code.
pub struct Stop {
    pub says: String,
    pub code: u8,
}

impl Stop {
    pub fn because(says: impl std::fmt::Display) -> Stop {
        Stop { says: says.to_string(), code: 1 }
    }
}

pub type Done = Result<(), Stop>;

/// Writes a line to standard output. A reader that has seen enough (`| head`) is no fault.
pub fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return words::explain(&error),
    };
    match carry_out(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            eprintln!("{}", stop.says);
            ExitCode::from(stop.code)
        }
    }
}

fn carry_out(cli: Cli) -> Done {
    // Checks that need neither settings nor a database work on a broken installation too.
    match &cli.command {
        Command::Codes(Codes::Check { kind, value }) => return checks::code(kind, value),
        Command::Items(Items::Check { folder, score }) => return checks::items(folder.as_deref(), *score),
        Command::Items(Items::Export(asked)) => return items::export(asked),
        Command::Items(Items::Import(asked)) => return items::import(asked),
        Command::Items(Items::Diff { old, new }) => return items::diff(old, new),
        Command::Verify(asked) => return verify::run(asked, cli.settings.as_deref()),
        Command::Search(query) => return search::search(query, cli.settings.as_deref()),
        _ => {}
    }
    let mut settings = Settings::load(cli.settings.as_deref()).map_err(Stop::because)?;
    let runtime = tokio::runtime::Runtime::new().map_err(Stop::because)?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve(given) => {
                if let Some(listen) = given.listen {
                    settings.server.listen = listen;
                    settings.recheck().map_err(Stop::because)?;
                }
                settings.server.demo |= given.demo;
                crate::logging::start(&settings.log).map_err(Stop::because)?;
                crate::serve::serve(settings).await.map_err(|fault| Stop::because(format!("{fault:#}")))
            }
            Command::Migrate => data::migrate(&settings).await,
            Command::Demo(given) => data::demo(&settings, given.if_empty).await,
            Command::Doctor => doctor::examine(&settings).await,
            Command::Backup { file } => data::backup(&settings, &file).await,
            Command::Restore { file } => data::restore(&settings, &file).await,
            Command::Law(Law::Due(asked)) => law::due(&settings, asked).await,
            Command::Law(Law::Calendar(Calendar::Import { file })) => law::import(&settings, &file).await,
            Command::Law(Law::Calendar(Calendar::List)) => law::list(&settings).await,
            Command::Bureau(Bureau::Import { file }) => people::import_bureaus(&settings, &file).await,
            Command::Bureau(Bureau::List) => people::list_bureaus(&settings).await,
            Command::Officer(Officer::Add(new)) => people::add(&settings, new).await,
            Command::Officer(Officer::List { bureau }) => people::list(&settings, &bureau).await,
            Command::Officer(Officer::Give(PostOf { login, post })) => {
                people::change(&settings, people::Change::Give, &login, post).await
            }
            Command::Officer(Officer::Take(PostOf { login, post })) => {
                people::change(&settings, people::Change::Take, &login, post).await
            }
            Command::Officer(Officer::Password { login }) => people::reset(&settings, &login).await,
            Command::Licence(Licence::Import { file }) => data::import_licences(&settings, &file).await,
            Command::Licence(Licence::Export(asked)) => licence::export(&settings, &asked).await,
            Command::Licence(Licence::List(asked)) => licence::list(&settings, &asked).await,
            Command::Catalog(asked) => catalog::run(&settings, asked).await,
            Command::Seal(asked) => seal::run(&settings, asked).await,
            Command::History(History::Verify) => data::verify_history(&settings).await,
            Command::Codes(_) | Command::Items(_) | Command::Verify(_) | Command::Search(_) => {
                unreachable!("answered above, without settings")
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_put_together_without_contradictions() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn a_pause_reads_both_ends_and_its_kind() {
        let pause = law::pause("2026-02-24..2026-02-26=鉴定").unwrap();
        assert_eq!((pause.from.to_string(), pause.kind.label()), ("2026-02-24".into(), "鉴定"));
        assert!(pause.told_in_writing);
        assert!(law::pause("2026-02-26..2026-02-24").is_err());
        assert!(law::pause("2026-02-24").is_err());
    }
}
