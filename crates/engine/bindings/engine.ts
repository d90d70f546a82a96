// Written by the engine's test `the_bindings_are_what_crosses`. Times are RFC 3339,
// durations ISO 8601, addresses and prefixes as usual.

export type VmId = string;

export type GatewayId = string;

export type NicId = string;

export type NsgId = string;

export type SubnetId = string;

export type PolicyId = string;

export type TenantId = string;

export type SubscriptionId = string;

export type ConnectionId = number;

export type RequestId = number;

export type SignInId = number;

export type AccountId = string;

export type LinkId = number;

export type Wish = Intent | StoreWish | WindowWish;

export type StoreWish = { "store": "mark-favourite", 
/**
 * Which.
 */
vm: VmId, 
/**
 * Whether it is one.
 */
marked: boolean, } | { "store": "set", 
/**
 * Its key as `docs/settings.md` names it (`rdp.full_screen`).
 */
key: string, 
/**
 * Its value as it is typed on the command line; `None` takes it out, so that its
 * default is in force.
 */
value: string | null, } | { "store": "set-for-vm", 
/**
 * Which.
 */
vm: VmId, 
/**
 * The key within the VM's table (`protocol`, `ssh_port`, …).
 */
key: string, 
/**
 * Its value; `None` takes it out.
 */
value: string | null, } | { "store": "import-profile", 
/**
 * The file's name, for messages. Data.
 */
name: string, 
/**
 * Its bytes in base64, 8 MiB of them at most.
 */
content: string, } | { "store": "forget-profile", 
/**
 * Its name.
 */
name: string, } | { "store": "export-history", 
/**
 * Only rows that match; all where it is empty.
 */
text: string, } | { "store": "export-report" };

export type WindowWish = { "window": "popover" } | { "window": "show", 
/**
 * Which.
 */
page: WindowPage, } | { "window": "close" } | { "window": "copy", 
/**
 * The text.
 */
text: string, } | { "window": "show-logs" } | { "window": "show-downloads" } | { "window": "open-page", 
/**
 * Its address.
 */
page: string, } | { "window": "quit" };

export type WindowPage = { "page": "first-run" } | { "page": "vms" } | { "page": "vm", 
/**
 * Which.
 */
vm: VmId, } | { "page": "history" } | { "page": "accounts" } | { "page": "vpn" } | { "page": "settings" } | { "page": "about" };

export type Done = { 
/**
 * The connection that was begun.
 */
connection: ConnectionId | null, 
/**
 * The file that was written.
 */
saved: string | null, 
/**
 * The names of the profiles that were taken in.
 */
imported: Array<string>, };

export type Intent = { "intent": "connect" } & ConnectWish | { "intent": "cancel", 
/**
 * Which.
 */
connection: ConnectionId, } | { "intent": "answer", 
/**
 * Which.
 */
connection: ConnectionId, 
/**
 * The answer.
 */
answer: Answer, } | { "intent": "extend", 
/**
 * The access.
 */
request: RequestId, 
/**
 * For how long from now; the default duration when `None`.
 */
duration: string | null, } | { "intent": "dismiss", 
/**
 * The access.
 */
request: RequestId, } | { "intent": "clear", 
/**
 * Which.
 */
connection: ConnectionId, } | { "intent": "sign-in" } & SignInWish | { "intent": "cancel-sign-in", 
/**
 * Which.
 */
sign_in: SignInId, } | { "intent": "clear-sign-in", 
/**
 * Which.
 */
sign_in: SignInId, } | { "intent": "sign-out", 
/**
 * Which.
 */
account: AccountId, 
/**
 * Whether Entra's own sign-out is opened too, which ends the browser's session.
 */
end_session: boolean, } | { "intent": "switch-tenant", 
/**
 * Which account.
 */
account: AccountId, 
/**
 * Which tenant.
 */
tenant: TenantId, 
/**
 * Whether it is looked at.
 */
on: boolean, } | { "intent": "use-account", 
/**
 * Which account.
 */
account: AccountId, 
/**
 * In which tenant.
 */
tenant: TenantId, } | { "intent": "follow-link", 
/**
 * Which.
 */
link: LinkId, 
/**
 * Whether it is followed.
 */
go: boolean, } | { "intent": "dial", 
/**
 * Which.
 */
entry: VpnEntry, } | { "intent": "hang-up", 
/**
 * Which.
 */
entry: VpnEntry, } | { "intent": "stop-dial" } | { "intent": "seen", 
/**
 * Which.
 */
connection: ConnectionId, } | { "intent": "hide-subscription", 
/**
 * Which.
 */
subscription: SubscriptionId, 
/**
 * Whether it is left out.
 */
hidden: boolean, };

export type ConnectWish = { 
/**
 * The VM.
 */
vm: VmId, 
/**
 * Protocol and port; `None` leaves it to the VM's settings and operating system.
 */
service: Service | null, 
/**
 * For how long; `None` is the default duration.
 */
duration: string | null, 
/**
 * The reason, as typed.
 */
reason: string | null, 
/**
 * Whether a client is started at the end.
 */
launch: boolean, 
/**
 * A command to run remotely over SSH; empty for a session.
 */
command: Array<string>, 
/**
 * Whether to look only: nothing is asked for, nothing is started.
 */
dry_run: boolean, 
/**
 * Whether to request even when an access runs or the port is open.
 */
insist: boolean, 
/**
 * Whether a person is there, so that a page may be opened when Azure wants a stronger
 * sign-in. Without one, the connection stops at that and asks.
 */
attended: boolean, };

export type Answer = { "answer": "start-vm" } | { "answer": "confirm-tunnel" } | { "answer": "whole-prefix" } | { "answer": "use" } & Service | { "answer": "again" } | { "answer": "renew" } | { "answer": "go-on" } | { "answer": "sign-in" } | { "answer": "dial", 
/**
 * Which.
 */
entry: VpnEntry, };

export type SignInWish = { 
/**
 * By which way; the best that nothing stands against where `None`.
 */
way: Way | null, 
/**
 * At which tenant, by GUID or domain; the settings' tenant, or the account's own, where `None`.
 */
tenant: string | null, 
/**
 * As this account again; the person chooses where `None`.
 */
account: AccountId | null, };

export type Query = { "query": "vms", 
/**
 * What is looked for.
 */
text: string, 
/**
 * So many rows are left out at the start.
 */
offset: number, 
/**
 * At most so many rows.
 */
limit: number, 
/**
 * How fresh the answer must be.
 */
freshness: Freshness, 
/**
 * Which of those that match.
 */
filter: VmFilter, } | { "query": "places" } | { "query": "find", 
/**
 * The name or ARM id.
 */
name: string, } | { "query": "history", 
/**
 * Only rows whose VM, reason or address matches; all where it is empty.
 */
text: string, 
/**
 * At most so many rows.
 */
limit: number, } | { "query": "vm", 
/**
 * Which.
 */
vm: VmId, 
/**
 * How fresh the answer must be.
 */
freshness: Freshness, } | { "query": "tunnel", 
/**
 * The VM; without one only interfaces and pools are told.
 */
vm: VmId | null, } | { "query": "subscriptions" } | { "query": "rights", 
/**
 * Which.
 */
subscription: SubscriptionId, } | { "query": "settings" } | { "query": "profiles" } | { "query": "vpns" } | { "query": "about" };

export type VmFilter = { 
/**
 * Only those of this system.
 */
system: SystemFilter | null, 
/**
 * Only those that a person marked.
 */
favourites: boolean, 
/**
 * Only those that an access of this machine runs for now.
 */
open: boolean, 
/**
 * Only those of this subscription.
 */
subscription: SubscriptionId | null, 
/**
 * Only those of the resource group of this name, in whatever case.
 */
group: string | null, };

export type SystemFilter = "windows" | "linux" | "unknown";

export type Freshness = "cached" | "warm" | "fresh";

export type Page = { "page": "vms" } & VmPage | { "page": "places", 
/**
 * The subscriptions that VMs are known of, by name.
 */
rows: Array<PlaceEntry>, } | { "page": "found", 
/**
 * The VMs that bear exactly this name (or id). One: that is it.
 */
exact: Array<VmEntry>, 
/**
 * The nearest others, best first.
 */
near: Array<VmEntry>, } | { "page": "history", 
/**
 * The rows.
 */
accesses: Array<Access>, } | { "page": "tunnel", 
/**
 * What the system says.
 */
local: LocalNetwork, 
/**
 * The pools that are known.
 */
pools: Array<Pool>, 
/**
 * The verdict, where a VM was named.
 */
view: TunnelView | null, } | { "page": "subscriptions", 
/**
 * The rows.
 */
rows: Array<SubscriptionEntry>, } | { "page": "rights" } & SubscriptionRights | { "page": "vm" } & VmDetails | { "page": "settings", 
/**
 * The rows, in the order of `docs/settings.md`.
 */
rows: Array<SettingEntry>, 
/**
 * The person's file.
 */
file: string, 
/**
 * The mistake in it, where there is one: defaults are in force then.
 */
problem: Problem | null, } | { "page": "profiles", 
/**
 * The rows.
 */
rows: Array<ProfileEntry>, } | { "page": "vpns", 
/**
 * The rows, those that fit best first.
 */
rows: Array<VpnProfile>, } | { "page": "about" } & About;

export type VmPage = { 
/**
 * The rows.
 */
rows: Array<VmEntry>, 
/**
 * How many match in all.
 */
matching: number, 
/**
 * How old the inventory is; `None` when there has never been one.
 */
age: string | null, 
/**
 * What could not be read, in words of the catalogue.
 */
problems: Array<Problem>, };

export type PlaceEntry = { 
/**
 * Which.
 */
id: SubscriptionId, 
/**
 * Its name, where known. Data.
 */
name: string | null, 
/**
 * How many VMs are known of it.
 */
vms: number, 
/**
 * Its resource groups that hold VMs, by name.
 */
groups: Array<GroupEntry>, };

export type GroupEntry = { 
/**
 * Its name, as Azure writes it. Data.
 */
name: string, 
/**
 * How many VMs are known of it.
 */
vms: number, };

export type VmEntry = { 
/**
 * The VM.
 */
vm: Vm, 
/**
 * Its subscription.
 */
subscription: SubscriptionId, 
/**
 * Its subscription's name, where known.
 */
subscription_name: string | null, 
/**
 * Whether JIT covers it, as last seen.
 */
jit: JitCoverage, 
/**
 * What a click on it does, an access that runs aside.
 */
offer: Offer, 
/**
 * Whether a person marked it.
 */
favourite: boolean, 
/**
 * When a connection to it was last made from here.
 */
last_used: string | null, };

export type JitCoverage = { "ports": Array<number> } | "not-configured" | "unknown";

export type Offer = "connect" | "start-and-connect" | "not-protected" | "unknown";

export type VmDetails = { 
/**
 * As a list shows it.
 */
entry: VmEntry, 
/**
 * What JIT allows on it, port by port; empty where nothing is known.
 */
ports: Array<PortEntry>, 
/**
 * How old all that is.
 */
age: string | null, 
/**
 * The accesses that run on it now, anybody's, as the policy tells them.
 */
running: Array<RunningAccess>, 
/**
 * What was asked for from this machine, newest first.
 */
history: Array<Access>, 
/**
 * What is different for it in the person's settings: key within its table, value.
 */
options: Array<SettingEntry>, 
/**
 * What could not be read.
 */
problems: Array<Problem>, };

export type PortEntry = { 
/**
 * The port.
 */
port: number, 
/**
 * The longest time that may be asked for.
 */
longest: string, 
/**
 * The source prefixes that are allowed, as the policy writes them (`*` is any).
 */
sources: Array<string>, };

export type RunningAccess = { 
/**
 * The port.
 */
port: number, 
/**
 * Who asked, where Azure says. Data.
 */
by: string | null, 
/**
 * For which source.
 */
source: string, 
/**
 * When it ends.
 */
expires_at: string, 
/**
 * Whether it was asked for from this machine.
 */
ours: boolean, };

export type SettingEntry = { 
/**
 * Its key.
 */
key: string, 
/**
 * Its value as it would be typed on the command line; empty where there is none.
 */
value: string, 
/**
 * Where the value comes from.
 */
origin: SettingOrigin, 
/**
 * What fits it.
 */
kind: SettingKind, 
/**
 * Entries that fit a list, where they are known beforehand; empty where any may be typed.
 */
offered: Array<string>, 
/**
 * Whether a view may change it. What decides which program runs and whom this program
 * trusts is changed in the person's file or by the command line only.
 */
here: boolean, };

export type SettingOrigin = "default" | "file" | "policy";

export type SettingKind = { "kind": "toggle" } | { "kind": "choice", 
/**
 * The values.
 */
of: Array<string>, } | { "kind": "time" } | { "kind": "number" } | { "kind": "text" } | { "kind": "list" };

export type ProfileEntry = { 
/**
 * Its name. Data.
 */
name: string, 
/**
 * The gateway it leads to. Data.
 */
gateway: string | null, 
/**
 * The tunnel types it allows.
 */
kinds: Array<string>, 
/**
 * The pools it names.
 */
pools: Array<string>, 
/**
 * Whether it carries all traffic.
 */
full_tunnel: boolean, };

export type About = { 
/**
 * The program's version.
 */
version: string, 
/**
 * The system it runs on.
 */
system: string, 
/**
 * The web view that shows this, where there is one; the shell fills it in.
 */
web_view: string | null, 
/**
 * The person's settings file.
 */
settings_file: string, 
/**
 * The store.
 */
store_file: string, 
/**
 * The folder of the log files.
 */
log_folder: string, 
/**
 * The hosts that this program contacts.
 */
hosts: Array<string>, };

export type SubscriptionEntry = { 
/**
 * Which.
 */
id: SubscriptionId, 
/**
 * Its name, where known. Data.
 */
name: string | null, 
/**
 * The tenant it is reached by, where known.
 */
tenant: TenantId | null, 
/**
 * A person left it out of every list.
 */
hidden: boolean, };

export type SubscriptionRights = { 
/**
 * Where.
 */
subscription: SubscriptionId, 
/**
 * Find VMs and their addresses: [`SEEING_VMS`].
 */
sees_vms: Right, 
/**
 * See which ports may be asked for: [`READING_POLICIES`].
 */
reads_policies: Right, 
/**
 * Ask for access: [`REQUESTING`], and both of the above.
 */
may_request: Right, };

export type Right = "yes" | "not-whole" | "cannot-see";

export type Shown = { 
/**
 * Now, by Azure's clock where it is known: what a view counts down with.
 */
now: string, 
/**
 * The truth at that moment.
 */
snapshot: Snapshot, };

export type Snapshot = { 
/**
 * The connections of this process, oldest first.
 */
connections: Array<ConnectionView>, 
/**
 * Every access of this machine that Azure has not said to be over.
 */
accesses: Array<AccessView>, 
/**
 * Who is signed in, and the sign-ins that are under way.
 */
accounts: AccountsView, 
/**
 * The tunnel, whichever VM; looked at only for a shell that stays.
 */
tunnel: TunnelStanding, 
/**
 * The last wish to connect a VPN or to end it.
 */
dial?: DialView, 
/**
 * Favourites first, then what was used last: few, for menus.
 */
pinned: Array<VmEntry>, 
/**
 * What wants a person's eye, the most pressing first. It stands in tray and menu too,
 * since notices can be off.
 */
alerts: Array<Alert>, 
/**
 * A link from outside that waits for a person's yes.
 */
link: LinkView | null, 
/**
 * What views need of the settings.
 */
settings: ShellSettings, 
/**
 * What was met when files were opened (`settings-invalid`, `store-damaged`).
 */
problems: Array<Problem>, };

export type TunnelStanding = { "standing": "unknown" } | { "standing": "down" } | { "standing": "up", 
/**
 * The interface.
 */
interface: string, 
/**
 * The address on it.
 */
address: string, 
/**
 * Whose pool that is: a gateway's or a profile's name, where known.
 */
of: string | null, };

export type Alert = { "alert": "ends-soon", 
/**
 * The access.
 */
request: RequestId, 
/**
 * The VM's name.
 */
vm_name: string, 
/**
 * When it ends.
 */
expires_at: string, } | { "alert": "access", 
/**
 * The access.
 */
request: RequestId, 
/**
 * The VM's name.
 */
vm_name: string, 
/**
 * What.
 */
problem: Problem, } | { "alert": "connection", 
/**
 * Which.
 */
connection: ConnectionId, 
/**
 * The VM's name.
 */
vm_name: string, 
/**
 * What, where it is a problem and not a question.
 */
problem: Problem | null, } | { "alert": "sign-in", 
/**
 * Which.
 */
sign_in: SignInId, 
/**
 * Why.
 */
problem: Problem, } | { "alert": "link", 
/**
 * Which.
 */
link: LinkId, 
/**
 * The VM's name, as far as known.
 */
vm_name: string, } | { "alert": "machine", 
/**
 * What.
 */
problem: Problem, 
/**
 * The page that says most about it.
 */
page: WindowPage, };

export type LinkView = { 
/**
 * Which.
 */
id: LinkId, 
/**
 * The VM that it names, by name or ARM id. Data from outside.
 */
vm: string, 
/**
 * The VM, where the name is of exactly one that is known.
 */
found: VmEntry | null, 
/**
 * Protocol and port, where it names them.
 */
service: Service | null, 
/**
 * Why it cannot be followed, where it cannot.
 */
problem: Problem | null, };

export type Usual = { 
/**
 * A quarter of all times were shorter.
 */
low: string, 
/**
 * A quarter of all times were longer.
 */
high: string, 
/**
 * From how many times that was learnt; never fewer than three.
 */
of: number, };

export type ConnectionView = { 
/**
 * Which.
 */
id: ConnectionId, 
/**
 * The VM.
 */
vm: VmId, 
/**
 * The VM's name, as far as known.
 */
vm_name: string, 
/**
 * Protocol and port, once decided.
 */
service: Service | null, 
/**
 * The state's name, stable: `looking`, `tunnel`, `knocking`, …
 */
state: StateName, 
/**
 * The steps, in order, each with its standing.
 */
steps: Array<StepView>, 
/**
 * What is in the way, where something is.
 */
problem: Problem | null, 
/**
 * Something to know that is not in the way (`open-outside-jit`).
 */
note: Problem | null, 
/**
 * How the client was started or is being, and what to know of it.
 */
launch: LaunchView | null, 
/**
 * What a person is asked, where it is not about a problem. A shell without a
 * person tells it and answers by itself where [`Question`] says so.
 */
question: Question | null, 
/**
 * What a person can do now.
 */
ways_out: Array<WayOut>, 
/**
 * Whether a shell that can ask nobody may answer [`Answer::SignIn`]: the wish is
 * attended, that is offered, and no sign-in was begun for this connection yet. What
 * failed or was called off begins again by a person's own word only.
 *
 * [`Answer::SignIn`]: crate::intent::Answer::SignIn
 */
may_sign_in: boolean, 
/**
 * What was found of the tunnel.
 */
tunnel: TunnelView | null, 
/**
 * What is asked for (with `dry_run`: would be), once that is settled.
 */
plan: Draft | null, 
/**
 * The access of ours that carries this connection, where one does.
 */
request: RequestId | null, 
/**
 * Whether Azure said no to the request of this try. Where the step failed without
 * it, nothing was asked for, or it is not known what became of it.
 */
refused: boolean, 
/**
 * How long it usually takes from the request to the proof, where that is known.
 */
usual: Usual | null, 
/**
 * When the access ends, where one for our address carries this connection.
 */
expires_at: string | null, 
/**
 * How it ended, in the state `ended`.
 */
ending: Ending | null, 
/**
 * The client's exit code, once it ended.
 */
client_code: number | null, };

export type LaunchView = { 
/**
 * By which way.
 */
way: LaunchWay, 
/**
 * What to know of it, the most pressing first.
 */
notes: Array<LaunchNote>, };

export type LaunchWay = "terminal" | "window" | "file" | "signed-file" | "direct" | "front";

export type LaunchNote = { "note": "first-warning" } | { "note": "unsigned-blocked" } | { "note": "signed-blocked" } | { "note": "publisher-not-named" } | { "note": "no-signer" } | { "note": "certificate-missing" } | { "note": "certificate-out-of-time" } | { "note": "certificate-without-key" } | { "note": "certificate-of-other-use" } | { "note": "certificates-unread" } | { "note": "signing-failed" } | { "note": "direct-defaults" } | { "note": "direct-monitors" } | { "note": "by-name", 
/**
 * The name.
 */
name: string, } | { "note": "by-address", 
/**
 * The names that were tried.
 */
names: Array<string>, 
/**
 * The address.
 */
target: string, } | { "note": "names-not-full", 
/**
 * The names.
 */
names: Array<string>, } | { "note": "entra-needs-name" } | { "note": "entra-not-with-guard" } | { "note": "entra-not-direct" } | { "note": "guard-needs-name" } | { "note": "own-host-keys" };

export type CertificateEntry = { 
/**
 * Whom it names. Data.
 */
name: string, 
/**
 * Who issued it. Data.
 */
issuer: string, 
/**
 * Until when it is valid.
 */
ends_at: string, 
/**
 * Its SHA-1 thumbprint, in hex: what Windows shows, and what group policy names.
 */
thumbprint: string, 
/**
 * Group policy names it as a publisher that is trusted: its files open without a question.
 */
named_by_policy: boolean, 
/**
 * It is the one that is set.
 */
chosen: boolean, };

export type StateName = "looking" | "tunnel" | "knocking" | "starting" | "requesting" | "proving" | "launching" | "open" | "signing-in" | "asking" | "ended";

export type Step = "vm" | "tunnel" | "request" | "proof" | "launch";

export type StepStanding = "ahead" | "running" | "done" | "skipped" | "failed";

export type StepView = { 
/**
 * Which.
 */
step: Step, 
/**
 * How it stands.
 */
standing: StepStanding, 
/**
 * How long it took, or has taken so far.
 */
took: string, };

export type Ending = "cancelled" | "access-ended" | "client-ended" | "planned" | "extended" | "failed";

export type Question = { "question": "which-service" } | { "question": "may-displace", 
/**
 * Who, where Azure says.
 */
by: string | null, 
/**
 * Until when theirs runs.
 */
until: string, };

export type AccessView = { 
/**
 * The access.
 */
access: Access, 
/**
 * Whether our present tunnel address is the one it is for; `None` when not known.
 */
for_this_address: boolean | null, 
/**
 * Another access of this machine for the same VM, port and source ends later: this
 * one's end closes nothing.
 */
followed: boolean, 
/**
 * Its end has come, and Azure has not yet said that it is over.
 */
over: boolean, 
/**
 * What is wrong with it, where something is.
 */
problem: Problem | null, };

export type AccountsView = { 
/**
 * Who is signed in.
 */
accounts: Array<Account>, 
/**
 * What serves tenants that no account is used in.
 */
otherwise: Way | null, 
/**
 * The ways that are offered, best first.
 */
ways: Array<WayOffer>, 
/**
 * Where the next account's refresh token will lie; `memory` is to be said.
 */
kept: Kept, 
/**
 * What is wrong with what is kept, and why the last sign-out failed where it did.
 */
problems: Array<Problem>, 
/**
 * Who is being signed out.
 */
signing_out: Array<AccountId>, 
/**
 * Why the last sign-out that ended failed, where it did; it is among the problems, too.
 */
sign_out_problem: Problem | null, 
/**
 * Sign-ins under way and those that ended and were not cleared, oldest first.
 */
sign_ins: Array<SignInView>, };

export type Account = { 
/**
 * Which.
 */
id: AccountId, 
/**
 * The name it signs in with, as Entra says it (`preferred_username`); empty where it is
 * not known yet. Data.
 */
username: string, 
/**
 * The person's name, where Entra says it. Data.
 */
name: string | null, 
/**
 * The cloud it belongs to: `public`, `us-government`, `china` or a definition's name.
 */
cloud: string, 
/**
 * How it was signed in.
 */
way: Way, 
/**
 * Where its refresh token lies.
 */
kept: Kept, 
/**
 * Every tenant it is known to be in, the home tenant first.
 */
tenants: Array<AccountTenant>, };

export type AccountTenant = { 
/**
 * Which.
 */
id: TenantId, 
/**
 * Its name, where known; the id otherwise. Data.
 */
name: string, 
/**
 * Its default domain, where known. Data.
 */
domain: string | null, 
/**
 * The person switched it on. Tokens are asked for in such tenants only: a silent try
 * in any other would be a failed sign-in in that tenant's log.
 */
on: boolean, 
/**
 * Of the accounts in this tenant, this is the one that is used.
 */
used: boolean, 
/**
 * Why it cannot be read with this account, where it cannot.
 */
problem: Problem | null, };

export type Way = "browser" | "azure-cli" | "device-code" | "environment" | "broker";

export type WayOffer = { 
/**
 * Which.
 */
way: Way, 
/**
 * What stands against it (`way-forbidden`), where something does.
 */
hindrance: Problem | null, };

export type Kept = "keyring" | "memory" | "elsewhere";

export type SignInView = { 
/**
 * Which.
 */
id: SignInId, 
/**
 * By which way.
 */
way: Way, 
/**
 * At which tenant, where that is settled.
 */
tenant: string | null, 
/**
 * As which account, where that is settled.
 */
account: AccountId | null, 
/**
 * Whether it answers a challenge of Azure's; a connection waits for it then.
 */
challenged: boolean, 
/**
 * How far it is.
 */
stage: SignInStage, 
/**
 * When it ends by itself, where it waits for a person.
 */
until: string | null, 
/**
 * Why it failed, where it did.
 */
problem: Problem | null, 
/**
 * What a person can do after it failed. The answer `sign-in` among them means the same
 * wish once more ([`crate::intent::Intent::SignIn`]).
 */
ways_out: Array<WayOut>, };

export type SignInStage = { "stage": "waiting" } | { "stage": "opening" } | { "stage": "browser", 
/**
 * Its address.
 */
page: string, 
/**
 * Whether a browser was started with it.
 */
opened: boolean, } | { "stage": "code", 
/**
 * The code.
 */
user_code: string, 
/**
 * Where.
 */
page: string, 
/**
 * Whether a browser was started with it.
 */
opened: boolean, } | { "stage": "cli", 
/**
 * The whole line.
 */
command: string, } | { "stage": "redeeming" } | { "stage": "done", 
/**
 * As whom.
 */
account: AccountId, } | { "stage": "failed" } | { "stage": "cancelled" };

export type Access = { 
/**
 * The row in the store.
 */
request: RequestId, 
/**
 * What was asked for.
 */
draft: Draft, 
/**
 * The VM's name when it was asked for, for people.
 */
vm_name: string, 
/**
 * When it was written down, by Azure's clock as far as known.
 */
asked_at: string, 
/**
 * Where it stands.
 */
standing: Standing, };

export type Draft = { 
/**
 * The VM.
 */
vm: VmId, 
/**
 * The policy that is asked.
 */
policy: PolicyId, 
/**
 * The TCP port.
 */
port: number, 
/**
 * For whom: the tunnel address, unless [`Draft::consent`] says otherwise.
 */
source: Source, 
/**
 * Our own tunnel address at that time; the source contains it.
 */
tunnel_address: string, 
/**
 * How long.
 */
duration: string, 
/**
 * The reason, as typed.
 */
reason: string | null, 
/**
 * What a source other than the plain tunnel address rests on.
 */
consent: Consent | null, };

export type Consent = { "whole-prefix": { 
/**
 * How many addresses that is.
 */
addresses: number, } } | "machine-policy";

export type Standing = "unanswered" | { "running": { 
/**
 * The start that Azure gave it.
 */
started_at: string, 
/**
 * When it ends.
 */
expires_at: string, 
/**
 * `Initiating` or `Initiated`.
 */
status: Status, } } | "refused" | { "over": { 
/**
 * Why, as Azure says.
 */
reason: StatusReason, 
/**
 * When, as far as known.
 */
at: string, 
/**
 * Who took its place, where somebody else did. Kept with it, since the process that
 * tells a person of it may not be the one that read it.
 */
displaced?: Displaced, } };

export type Displaced = { 
/**
 * The name that Azure gives for the person, where it gives one (contract 5.5).
 */
by: string | null, 
/**
 * When that request was taken, by Azure's clock, where its entry is still listed.
 */
at: string | null, };

export type Source = { "blocks": Array<string> } | { "other": string };

export type Status = "initiating" | "initiated" | "revoked" | { "other": string };

export type StatusReason = "expired" | "user-requested" | "newer-request-initiated" | { "other": string };

export type Problem = { details?: Details, params: { [key in string]: string }, ways_out?: Array<WayOut> } & Cause;

export type Cause = { "code": "not-signed-in" } | { "code": "mfa-required", tenant: TenantId, claims: string, } | { "code": "blocked-by-conditional-access", entraCode: number, } | { "code": "device-not-compliant", entraCode: number, } | { "code": "tenant-restricted", tenant: TenantId | null, } | { "code": "consent-missing", entraCode: number, page: string | null, } | { "code": "wrong-tenant", tenant: TenantId, } | { "code": "tenant-unknown", tenant: string, } | { "code": "tenant-off", tenant: TenantId | null, } | { "code": "sign-in-timed-out", way: Way, } | { "code": "sign-in-refused", why: RefusedWhy, entraCode: number | null, } | { "code": "app-misconfigured", entraCode: number, clientId: string, } | { "code": "sign-in-mistrusted", what: string, } | { "code": "way-forbidden", way: Way, why: ForbiddenWhy, } | { "code": "tokens-unreadable", file: string, kept: string | null, } | { "code": "keyring-missing" } | { "code": "vm-not-found", query: string, nearest: Array<string>, } | { "code": "vm-ambiguous", query: string, candidates: Array<VmId>, } | { "code": "tunnel-down", target: string, interface: string | null, } | { "code": "pool-unknown", interface: string, address: string, mayConfirm: boolean, } | { "code": "tunnel-without-route", tunnel: string, address: string, route: string | null, target: string, } | { "code": "pool-overlaps-lan", interface: string, address: string, pool: string, route: string | null, } | { "code": "tunnel-of-another-gateway", connected: string, serving: string, } | { "code": "not-through-p2s", interface: string, address: string, } | { "code": "tunnel-moved", before: string, now: string | null, until: string | null, } | { "code": "vm-not-running", vm: VmId, power: Power, } | { "code": "vm-gone", vm: VmId, } | { "code": "vm-without-private-address", vm: VmId, } | { "code": "jit-not-configured", vm: VmId, port: number, } | { "code": "jit-not-supported", vm: VmId, } | { "code": "plan-missing", subscription: string, } | { "code": "cannot-see-policy", action: string, scope: string, } | { "code": "permission-missing", action: string, scope: string, } | { "code": "role-not-active", action: string, scope: string, } | { "code": "write-blocked", by: string, } | { "code": "source-not-in-policy", address: string, allowed: Array<string>, } | { "code": "source-needs-whole-prefix", address: string, prefix: string, addresses: number, allowed: boolean, } | { "code": "duration-too-long", asked: string, longest: string, } | { "code": "port-not-in-policy", port: number, ports: Array<number>, } | { "code": "reason-missing" } | { "code": "request-refused", status: number, azureCode: string, words: string, } | { "code": "rule-late", waited: string, } | { "code": "path-open-but-silent", address: string, target: string, port: number, } | { "code": "answers-but-silent", target: string, port: number, } | { "code": "reached-but-refused", target: string, port: number, } | { "code": "other-host-answered", target: string, expected: string, came: string, } | { "code": "source-translated", address: string, } | { "code": "blocked-by-rule", rule: string, nsg: string, priority: number, } | { "code": "rule-vanished", port: number, } | { "code": "open-outside-jit", port: number, by: string | null, } | { "code": "access-displaced", by: string | null, at: string | null, } | { "code": "throttled", until: string, } | { "code": "answer-unusable", host: string, came: string, } | { "code": "proxy-sign-in", proxy: string, } | { "code": "issuer-unknown", host: string, issuer: string, } | { "code": "azure-unavailable", status: number | null, } | { "code": "offline", host: string, } | { "code": "client-missing", protocol: Protocol, lookedFor: Array<string>, 
/**
 * The command that installs one.
 */
install: string | null, } | { "code": "rdp-blocked-by-policy", allowed: Array<LaunchWay>, } | { "code": "name-unresolved", names: Array<string>, target: string, } | { "code": "store-damaged", kept: string, } | { "code": "store-newer", found: number, known: number, } | { "code": "store-not-writable", path: string, } | { "code": "settings-invalid", file: string, line: number, column: number, mistake: string, } | { "code": "setting-refused", 
/**
 * The key.
 */
setting: string, 
/**
 * Where it stands.
 */
place: string, mistake: string, } | { "code": "dial-failed", profile: string, why: DialWhy, } | { "code": "profile-unreadable", file: string, expected: string, } | { "code": "not-done", deed: Deed, };

export type RefusedWhy = "declined" | "disabled" | "not-assigned" | "cross-tenant" | "loop" | "other";

export type Deed = "copy" | "show-folder" | "open-page" | "begin";

export type ForbiddenWhy = "policy" | "settings" | "not-set-up";

export type Details = { 
/**
 * Azure's correlation id of the refused call.
 */
correlation?: string, 
/**
 * The resource that was touched.
 */
resource?: string, 
/**
 * What was seen, in a few plain words. Never a secret, never markup.
 */
observed?: string, };

export type WayOut = { "way": "answer", 
/**
 * Which.
 */
answer: Answer, } | { "way": "advice", 
/**
 * The key, without the prefix `way-out.`.
 */
key: string, };

export type TunnelView = { 
/**
 * The way through, or why there is none.
 */
verdict: { Ok : TunnelPath } | { Err : Problem }, 
/**
 * One finding for each interface that was looked at.
 */
evidence: Array<Evidence>, };

export type TunnelPath = { 
/**
 * The interface traffic leaves through.
 */
interface: string, 
/**
 * Our address on it: the only source that is ever asked for.
 */
source: string, 
/**
 * The VM's address that is reached: asked for, proved and written to the .rdp file.
 */
target: string, 
/**
 * Why it counts as the company's tunnel.
 */
proof: TunnelProof, };

export type TunnelProof = { "in-pool": Pool } | { "in-policy-source": string } | "confirmed" | { "allowed-source": string };

export type Pool = { 
/**
 * The block.
 */
prefix: string, 
/**
 * How it is known.
 */
origin: PoolOrigin, };

export type PoolOrigin = { "gateway": { 
/**
 * The gateway.
 */
id: GatewayId, } } | { "profile": { 
/**
 * The profile's name.
 */
name: string, } } | "setting" | "machine-policy";

export type Evidence = { 
/**
 * The interface.
 */
interface: string, 
/**
 * Our address on it.
 */
address: string, 
/**
 * What was found.
 */
finding: Finding, };

export type Finding = "chosen" | { "in-pool-but-not-routed": { 
/**
 * The interface the route leaves through.
 */
route: string, } } | "routed-but-unknown" | "carries-default-route" | "in-pool-without-route" | { "of-another-gateway": { 
/**
 * That gateway.
 */
gateway: string, } } | { "in-shared-pool": { 
/**
 * Those gateways.
 */
gateways: Array<string>, } } | "leaves-by-lan" | "not-involved";

export type LocalNetwork = { 
/**
 * Every interface that is up and has an IPv4 address.
 */
interfaces: Array<Interface>, 
/**
 * The interface the default route leaves through, where there is one.
 */
default_route: string | null, 
/**
 * For each address that was asked about: how traffic to it would leave.
 */
routes: Array<RouteTo>, };

export type Interface = { 
/**
 * The name the system shows (`tun0`, `Ethernet 2`). Data.
 */
name: string, 
/**
 * What kind it is. A hint only: names and kinds prove nothing.
 */
kind: InterfaceKind, 
/**
 * Its IPv4 addresses with their prefix lengths.
 */
addresses: Array<string>, 
/**
 * What its driver calls itself (`Wintun Userspace Tunnel`), where the system says.
 * Data, for people.
 */
description?: string, 
/**
 * The VPN entry it was dialled with, where the system's dialler knows. For people, and
 * for dialling it again.
 */
entry?: VpnEntry, };

export type InterfaceKind = "ppp" | "tunnel" | "loopback" | "other";

export type VpnEntry = { 
/**
 * Its name. Data.
 */
name: string, 
/**
 * Which program keeps it.
 */
client: VpnClient, };

export type VpnClient = "azure-vpn-client" | "system" | "open-vpn-gui" | "network-manager" | "open-vpn";

export type VpnProfile = { 
/**
 * By which it is known and dialled.
 */
entry: VpnEntry, 
/**
 * The host that it connects to, where that is told. Data.
 */
server: string | null, 
/**
 * That host bears a name as Azure's gateways have it.
 */
azure: boolean, 
/**
 * An imported profile names the same host.
 */
imported: boolean, 
/**
 * Whether it is connected now, where the system tells.
 */
connected: boolean | null, 
/**
 * What Gangway can do about it.
 */
dialling: Dialling, };

export type Dialling = { "dialling": "by-gangway" } | { "dialling": "in-its-program" } | { "dialling": "by-hand", 
/**
 * The line, for a terminal.
 */
line: string, };

export type DialView = { 
/**
 * Which VPN.
 */
entry: VpnEntry, 
/**
 * It is to be ended.
 */
ends: boolean, 
/**
 * How far that is.
 */
stage: DialStage, };

export type DialStage = { "stage": "under-way" } | { "stage": "awaits-address" } | { "stage": "awaits-person" } | { "stage": "done" } | { "stage": "failed", 
/**
 * Why.
 */
problem: Problem, };

export type DialWhy = "sign-in-refused" | "wants-person" | "certificate-missing" | "certificate-refused" | "nothing-in-common" | "host-unknown" | "no-answer" | "busy" | "unknown" | "not-permitted" | "name-unfit" | "by-hand" | "program-missing" | "took-too-long" | "no-address" | "other";

export type RouteTo = { 
/**
 * The address that was asked about.
 */
target: string, 
/**
 * The source address the system would use; `None` when there is no route.
 */
source: string | null, 
/**
 * The interface it would leave through, where the system says.
 */
interface: string | null, };

export type Vm = { 
/**
 * Its ARM id.
 */
id: VmId, 
/**
 * The resource's name as shown to people. Data: it may hold anything.
 */
name: string, 
/**
 * The tenant whose token reaches it.
 */
tenant: TenantId, 
/**
 * The region, as Azure writes it (`westeurope`).
 */
location: string, 
/**
 * The operating system of its disk, where Azure says.
 */
os: Os | null, 
/**
 * The host name that was given at creation; not necessarily the resource's name.
 */
computer_name: string | null, 
/**
 * Whether it runs.
 */
power: Power, 
/**
 * Its private IPv4 addresses, primary first.
 */
addresses: Array<VmAddress>, };

export type VmAddress = { 
/**
 * The address.
 */
address: string, 
/**
 * The network interface that carries it.
 */
nic: NicId, 
/**
 * The security group on that interface, if one is there.
 */
nic_nsg: NsgId | null, 
/**
 * The subnet it lies in.
 */
subnet: SubnetId | null, 
/**
 * Whether interface and configuration are both the VM's primary ones.
 */
primary: boolean, };

export type Os = "windows" | "linux";

export type Power = "running" | "starting" | "stopping" | "stopped" | "deallocating" | "deallocated" | "unknown";

export type Protocol = "rdp" | "ssh" | "port";

export type Service = { 
/**
 * What is spoken.
 */
protocol: Protocol, 
/**
 * The TCP port on the VM.
 */
port: number, };

export type Settings = { 
/**
 * For how long access is requested where nobody says; the policy's maximum bounds it.
 */
duration: string, 
/**
 * How long before the end to warn, longest first.
 */
warn_before: Array<string>, 
/**
 * What to do when the tunnel comes back with another address.
 */
on_address_change: OnAddressChange, 
/**
 * Request even when the port is open already.
 */
always_request: boolean, 
/**
 * A reason must be given.
 */
reason_required: boolean, 
/**
 * After how long an accepted request counts as late.
 */
rule_late_after: string, 
/**
 * All traffic goes through the tunnel (a profile or machine policy says so).
 */
full_tunnel: boolean, 
/**
 * Sources besides tunnels; from machine policy only.
 */
allowed_sources: Array<string>, 
/**
 * Whether a person may confirm an unknown tunnel; machine policy can forbid it.
 */
may_confirm_tunnel: boolean, 
/**
 * Whether a policy's whole prefix may be asked for after consent; machine policy only.
 */
whole_prefix_allowed: boolean, 
/**
 * The VPN to dial where a connection waits for a tunnel, by its name; whichever fits
 * where `None`.
 */
vpn: string | null, 
/**
 * What only views want to know.
 */
shell: ShellSettings, };

export type OnAddressChange = "ask" | "renew";

export type ShellSettings = { 
/**
 * For how long access is requested where nobody says.
 */
duration: string, 
/**
 * A reason must be given.
 */
reason_required: boolean, 
/**
 * Light, dark or as the system has it.
 */
theme: Theme, 
/**
 * The language tag of the text (`en`); the system's where `None`.
 */
language: string | null, 
/**
 * Start with the person's session.
 */
autostart: boolean, 
/**
 * Show notices.
 */
notices: boolean, 
/**
 * The cloud's name where it is not Azure's public one: views mark it.
 */
cloud: string | null, };

export type Theme = "system" | "light" | "dark";
