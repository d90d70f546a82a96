//! The icon in the tray as a panel sees it over the bus: picture, tooltip, menu, and what a click does.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::Duration;

use zbus::zvariant::{OwnedValue, Value};

use crate::desk::bus::{At, Bus, Heard};
use crate::desk::{Desk, are_gone, family, wait_until_gone};
use crate::wait::{LIMIT, within};

const ITEM: &str = "org.kde.StatusNotifierItem";
const ITEM_PATH: &str = "/StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";
const WATCHER: At<'static> = At(
    "org.kde.StatusNotifierWatcher",
    "/StatusNotifierWatcher",
    "org.kde.StatusNotifierWatcher",
);
const STATES: [&str; 6] = [
    "signed-out",
    "no-tunnel",
    "ready",
    "working",
    "access-running",
    "attention",
];

/// So long an end takes at most on a busy machine.
const SOON: Duration = Duration::from_secs(8);

/// The icon of the one program that registered one.
pub(crate) struct Tray<'a> {
    bus: &'a Bus,
    name: String,
    told: Heard,
    pictures: BTreeMap<Vec<u8>, &'static str>,
}

/// What stands there at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Look {
    /// The name of the picture, without the taskbar's shade.
    pub(crate) icon: &'static str,
    pub(crate) tooltip: String,
    pub(crate) menu: Vec<Entry>,
}

/// An entry of the menu; a line's label is `-`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    id: i32,
    pub(crate) label: String,
    pub(crate) enabled: bool,
    pub(crate) under: Vec<Self>,
}

/// As the panel reads them: title and text of the tooltip.
type ToolTip = (String, Vec<(i32, i32, Vec<u8>)>, String, String);

/// Number, properties, and what is under it.
type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

impl<'a> Tray<'a> {
    /// Waits until a program has registered its icon.
    pub(crate) fn of(desk: &'a Desk) -> Self {
        Self::of_whom(desk, |_| true)
    }

    /// The same for one process: a panel may still show what was there before it.
    pub(crate) fn of_process(desk: &'a Desk, process: u32) -> Self {
        Self::of_whom(desk, |it| it == process)
    }

    fn of_whom(desk: &'a Desk, wanted: impl Fn(u32) -> bool) -> Self {
        let bus = &desk.bus;
        let mut watcher = bus.hear(WATCHER.2);
        loop {
            let items: Vec<String> = bus
                .property(WATCHER, "RegisteredStatusNotifierItems")
                .unwrap_or_default();
            let names = items.iter().filter_map(|item| item.split('/').next());
            let mut there = names.filter(|name| bus.has(name));
            if let Some(item) = there.find(|name| wanted(bus.process_of(name))) {
                let name = bus.owner_of(item);
                return Self {
                    bus,
                    told: bus.hear_of(&name),
                    name,
                    pictures: pictures(),
                };
            }
            assert!(watcher.something(LIMIT), "no icon in the tray");
        }
    }

    /// The process that shows it.
    pub(crate) fn process(&self) -> u32 {
        self.bus.process_of(&self.name)
    }

    /// What a person sees now; nothing while the program changes it or is gone.
    pub(crate) fn look(&self) -> Option<Look> {
        let at = At(&self.name, ITEM_PATH, ITEM);
        let pixmaps: Vec<(i32, i32, Vec<u8>)> = self.bus.property(at, "IconPixmap")?;
        let icon = pixmaps
            .iter()
            .find_map(|(_, _, it)| self.pictures.get(it))?;
        let (_, _, title, text): ToolTip = self.bus.property(at, "ToolTip")?;
        let tooltip = [title, text].into_iter().filter(|line| !line.is_empty());
        Some(Look {
            icon,
            tooltip: tooltip.collect::<Vec<_>>().join("\n"),
            menu: self.menu()?,
        })
    }

    /// Waits until it looks as wanted.
    pub(crate) fn until(&mut self, what: &str, wanted: impl Fn(&Look) -> bool) -> Look {
        loop {
            let look = self.look();
            match look {
                Some(look) if wanted(&look) => return look,
                // It tells of every change of its own.
                look => assert!(self.told.something(LIMIT), "no {what}: {look:#?}"),
            }
        }
    }

    /// The left button on the icon.
    pub(crate) fn press(&self) {
        let at = At(&self.name, ITEM_PATH, ITEM);
        let () = self.bus.call(at, "Activate", &(1200_i32, 10_i32));
    }

    /// The entry at the end of this way through the menu.
    pub(crate) fn choose(&self, way: &[&str]) {
        let menu = self.menu().expect("a menu");
        let mut entries = menu.as_slice();
        let mut found = None;
        for label in way {
            let entry = entries.iter().find(|entry| entry.label == *label);
            let entry = entry.unwrap_or_else(|| panic!("no {label:?} in {menu:#?}"));
            assert!(entry.enabled, "{entry:?}");
            entries = &entry.under;
            found = Some(entry.id);
        }
        let event = (found.unwrap(), "clicked", Value::from(0_i32), 0_u32);
        let at = At(&self.name, "/MenuBar", MENU);
        // A program that ends by it may go without an answer.
        let _answer: zbus::Result<()> = self.bus.try_call(at, "Event", &event);
    }

    /// Quits; while an access is open that is asked back once, in the popover. Somebody who clicks before that is read
    /// is asked once more.
    pub(crate) fn quit(&self) {
        let family = family(self.process());
        self.choose(&["Quit"]);
        let asked_back = || self.look().is_some_and(|look| look.has("Quit"));
        while within(SOON, || are_gone(&family).then_some(())).is_none() && asked_back() {
            self.choose(&["Quit"]);
        }
        wait_until_gone(&family);
    }

    fn menu(&self) -> Option<Vec<Entry>> {
        let at = At(&self.name, "/MenuBar", MENU);
        let asked = (0_i32, -1_i32, Vec::<&str>::new());
        let (_, root): (u32, Layout) = self.bus.try_call(at, "GetLayout", &asked).ok()?;
        Some(root.2.iter().map(Entry::read).collect())
    }
}

impl Look {
    /// The labels of the first level, lines as `-`.
    pub(crate) fn labels(&self) -> Vec<&str> {
        self.menu.iter().map(|entry| &*entry.label).collect()
    }

    pub(crate) fn has(&self, label: &str) -> bool {
        self.labels().contains(&label)
    }

    /// The first entry whose label begins so.
    pub(crate) fn entry(&self, start: &str) -> Option<&Entry> {
        self.menu
            .iter()
            .find(|entry| entry.label.starts_with(start))
    }
}

impl Entry {
    fn read(entry: &OwnedValue) -> Self {
        let (id, properties, under) = Layout::try_from(entry.try_clone().unwrap()).unwrap();
        let text = |name: &str| {
            let value = properties.get(name)?.try_clone().unwrap();
            String::try_from(value).ok()
        };
        let enabled = properties
            .get("enabled")
            .and_then(|it| bool::try_from(it).ok());
        let label = match text("type").as_deref() {
            Some("separator") => "-".to_owned(),
            // A line below a letter is written as two in a menu.
            _ => text("label").unwrap_or_default().replace("__", "_"),
        };
        Self {
            id,
            label,
            enabled: enabled.unwrap_or(true),
            under: under.iter().map(Self::read).collect(),
        }
    }
}

/// Every picture of the tray as the bus carries it, dark and light.
fn pictures() -> BTreeMap<Vec<u8>, &'static str> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../icons/tray");
    let mut pictures = BTreeMap::new();
    for state in STATES {
        for shade in ["dark", "light"] {
            let file = File::open(folder.join(format!("{state}-{shade}@2x.png"))).unwrap();
            let mut picture = png::Decoder::new(BufReader::new(file)).read_info().unwrap();
            let mut bytes = vec![0; picture.output_buffer_size().unwrap()];
            picture.next_frame(&mut bytes).unwrap();
            // Alpha first, in network order.
            bytes.chunks_mut(4).for_each(|pixel| pixel.rotate_right(1));
            pictures.insert(bytes, state);
        }
    }
    pictures
}
