namespace GpuContainers.Oci.Json;

/// <summary>The members of the OCI runtime specification 1.3.0 with their types, in the order in which they are written (RT-82, RT-83).</summary>
internal static class OciSchema
{
    private static readonly OciType Any = new(OciKind.Any);
    private static readonly OciType Text = new(OciKind.String);
    private static readonly OciType Flag = new(OciKind.Bool);
    private static readonly OciType I32 = new(OciKind.Int32);
    private static readonly OciType I64 = new(OciKind.Int64);
    private static readonly OciType U16 = new(OciKind.UInt16);
    private static readonly OciType U32 = new(OciKind.UInt32);
    private static readonly OciType U64 = new(OciKind.UInt64);
    private static readonly OciType Texts = OciType.ListOf(Text);
    private static readonly OciType TextMap = OciType.MapOf(Text);

    private static readonly OciType IdMappings = OciType.ListOf(new(
        new("containerID", U32), new("hostID", U32), new("size", U32)));

    private static readonly OciType Process = new(
        new("terminal", Flag), new("consoleSize", new(new OciMember("height", U64), new("width", U64))),
        new("user", new(
            new("uid", U32, OciSlot.Uid), new("gid", U32, OciSlot.Gid), new("umask", U32),
            new("additionalGids", OciType.ListOf(U32), OciSlot.AdditionalGids), new("username", Text)), OciSlot.User),
        new("args", Texts), new("commandLine", Text), new("env", Texts, OciSlot.Env), new("cwd", Text),
        new("capabilities", new(
            new("bounding", Texts, OciSlot.Bounding), new("effective", Texts), new("inheritable", Texts), new("permitted", Texts),
            new("ambient", Texts)), OciSlot.Capabilities),
        new("rlimits", OciType.ListOf(new(new("type", Text), new("hard", U64), new("soft", U64)))),
        new("noNewPrivileges", Flag), new("apparmorProfile", Text), new("oomScoreAdj", I64),
        new("scheduler", new(
            new("policy", Text), new("nice", I32), new("priority", I32), new("flags", Texts),
            new("runtime", U64), new("deadline", U64), new("period", U64))),
        new("selinuxLabel", Text), new("ioPriority", new(new OciMember("class", Text), new("priority", I64))),
        new("execCPUAffinity", new(new OciMember("initial", Text), new("final", Text))));

    private static readonly OciType Root = new(new OciMember("path", Text, OciSlot.RootPath), new("readonly", Flag));

    private static readonly OciType Mounts = OciType.ListOf(new(
        new("destination", Text), new("type", Text), new("source", Text), new("options", Texts),
        new("uidMappings", IdMappings), new("gidMappings", IdMappings)));

    private static readonly OciType HookList = OciType.ListOf(new(
        new("path", Text), new("args", Texts), new("env", Texts), new("timeout", I64)));

    private static readonly OciType Hooks = new(
        new("prestart", HookList, OciSlot.Prestart), new("createRuntime", HookList, OciSlot.CreateRuntime),
        new("createContainer", HookList, OciSlot.CreateContainer), new("startContainer", HookList, OciSlot.StartContainer),
        new("poststart", HookList, OciSlot.Poststart), new("poststop", HookList, OciSlot.Poststop));

    private static readonly OciType Memory = new(
        new("limit", I64), new("reservation", I64), new("swap", I64), new("kernel", I64), new("kernelTCP", I64), new("swappiness", U64),
        new("disableOOMKiller", Flag), new("useHierarchy", Flag), new("checkBeforeUpdate", Flag));

    private static readonly OciType Cpu = new(
        new("shares", U64), new("quota", I64), new("burst", U64), new("period", U64), new("realtimeRuntime", I64),
        new("realtimePeriod", U64), new("cpus", Text), new("mems", Text), new("idle", I64));

    private static readonly OciType Throttle = OciType.ListOf(new(new("major", I64), new("minor", I64), new("rate", U64)));

    private static readonly OciType BlockIo = new(
        new("weight", U16), new("leafWeight", U16),
        new("weightDevice", OciType.ListOf(new(new("major", I64), new("minor", I64), new("weight", U16), new("leafWeight", U16)))),
        new("throttleReadBpsDevice", Throttle), new("throttleWriteBpsDevice", Throttle),
        new("throttleReadIOPSDevice", Throttle), new("throttleWriteIOPSDevice", Throttle));

    private static readonly OciType Resources = new(
        new("devices", OciType.ListOf(new(
            new("allow", Flag), new("type", Text), new("major", I64), new("minor", I64), new("access", Text))), OciSlot.DeviceRules),
        new("memory", Memory), new("cpu", Cpu), new("pids", new(new OciMember("limit", I64))), new("blockIO", BlockIo),
        new("hugepageLimits", OciType.ListOf(new(new OciMember("pageSize", Text), new("limit", U64)))),
        new("network", new(
            new OciMember("classID", U32), new("priorities", OciType.ListOf(new(new OciMember("name", Text), new("priority", U32)))))),
        new("rdma", OciType.MapOf(new(new OciMember("hcaHandles", U32), new("hcaObjects", U32)))), new("unified", TextMap));

    private static readonly OciType Seccomp = new(
        new("defaultAction", Text), new("defaultErrnoRet", U64), new("architectures", Texts), new("flags", Texts),
        new("listenerPath", Text), new("listenerMetadata", Text),
        new("syscalls", OciType.ListOf(new(
            new("names", Texts), new("action", Text), new("errnoRet", U64),
            new("args", OciType.ListOf(new(new("index", U64), new("value", U64), new("valueTwo", U64), new("op", Text))))))));

    private static readonly OciType Linux = new(
        new("uidMappings", IdMappings), new("gidMappings", IdMappings), new("sysctl", TextMap), new("resources", Resources, OciSlot.Resources),
        new("cgroupsPath", Text, OciSlot.CgroupsPath),
        new("namespaces", OciType.ListOf(new(new OciMember("type", Text), new("path", Text))), OciSlot.Namespaces),
        new("devices", OciType.ListOf(new(
            new("path", Text), new("type", Text), new("major", I64), new("minor", I64), new("fileMode", U32), new("uid", U32),
            new("gid", U32))), OciSlot.Devices),
        new("netDevices", OciType.MapOf(new(new OciMember("name", Text))), OciSlot.NetDevices), new("seccomp", Seccomp),
        new("rootfsPropagation", Text), new("maskedPaths", Texts), new("readonlyPaths", Texts), new("mountLabel", Text),
        new("intelRdt", new(
            new("closID", Text), new("schemata", Texts), new("l3CacheSchema", Text), new("memBwSchema", Text),
            new("enableMonitoring", Flag)), OciSlot.IntelRdt),
        new("memoryPolicy", new(new("mode", Text), new("nodes", Text), new("flags", Texts))),
        new("personality", new(new OciMember("domain", Text), new("flags", Texts))),
        new("timeOffsets", OciType.MapOf(new(new OciMember("secs", I64), new("nanosecs", U32)))));

    private static readonly OciType Solaris = new(
        new("milestone", Text), new("limitpriv", Text), new("maxShmMemory", Text),
        new("anet", OciType.ListOf(new(
            new("linkname", Text), new("lowerLink", Text), new("allowedAddress", Text), new("configureAllowedAddress", Text),
            new("defrouter", Text), new("linkProtection", Text), new("macAddress", Text)))),
        new("cappedCPU", new(new OciMember("ncpus", Text))),
        new("cappedMemory", new(new OciMember("physical", Text), new("swap", Text))));

    private static readonly OciType Windows = new(
        new("layerFolders", Texts), new("devices", OciType.ListOf(new(new OciMember("id", Text), new("idType", Text)))),
        new("resources", new(
            new("memory", new(new OciMember("limit", U64))),
            new("cpu", new(
                new("count", U64), new("shares", U16), new("maximum", U16),
                new("affinity", OciType.ListOf(new(new OciMember("mask", U64), new("group", U32)))))),
            new("storage", new(new("iops", U64), new("bps", U64), new("sandboxSize", U64))))),
        new("credentialSpec", Any), new("servicing", Flag), new("ignoreFlushesDuringBoot", Flag),
        new("hyperv", new(new OciMember("utilityVMPath", Text))),
        new("network", new(
            new("endpointList", Texts), new("allowUnqualifiedDNSQuery", Flag), new("DNSSearchList", Texts),
            new("networkSharedContainerName", Text), new("networkNamespace", Text))));

    private static readonly OciType Vm = new(
        new("hypervisor", new(new OciMember("path", Text), new("parameters", Texts))),
        new("kernel", new(new("path", Text), new("parameters", Texts), new("initrd", Text))),
        new("image", new(new OciMember("path", Text), new("format", Text))),
        new("hwconfig", new(
            new("deviceTree", Text), new("vcpus", U32), new("memory", U64), new("dtdevs", Texts),
            new("iomems", OciType.ListOf(new(new("firstGFN", U64), new("firstMFN", U64), new("nrMFNs", U64)))),
            new("irqs", OciType.ListOf(U32)))));

    private static readonly OciType Zos = new(
        new OciMember("namespaces", OciType.ListOf(new(new OciMember("type", Text), new("path", Text)))));

    private static readonly OciType FreeBsd = new(
        new OciMember("devices", OciType.ListOf(new(new OciMember("path", Text), new("mode", U32)))),
        new("jail", new(
            new("parent", Text), new("host", Text), new("ip4", Text), new("ip4Addr", Texts), new("ip6", Text), new("ip6Addr", Texts),
            new("vnet", Text), new("interface", Text), new("vnetInterfaces", Texts), new("sysvmsg", Text), new("sysvsem", Text),
            new("sysvshm", Text), new("enforceStatfs", I64),
            new("allow", new(
                new("setHostname", Flag), new("rawSockets", Flag), new("chflags", Flag), new("mount", Texts), new("quotas", Flag),
                new("socketAf", Flag), new("mlock", Flag), new("reservedPorts", Flag), new("suser", Flag))))));

    /// <summary>The whole document.</summary>
    internal static readonly OciType Document = new(
        new("ociVersion", Text), new("process", Process, OciSlot.Process), new("root", Root, OciSlot.Root), new("hostname", Text),
        new("domainname", Text), new("mounts", Mounts, OciSlot.Mounts), new("hooks", Hooks, OciSlot.Hooks),
        new("annotations", TextMap, OciSlot.Annotations), new("linux", Linux, OciSlot.Linux), new("solaris", Solaris),
        new("windows", Windows), new("vm", Vm), new("zos", Zos), new("freebsd", FreeBsd));
}

/// <summary>The type of a member: a scalar, an object with its members, or a list or map of one type.</summary>
internal sealed class OciType
{
    internal OciType(OciKind kind) => Kind = kind;

    internal OciType(params OciMember[] members)
    {
        Kind = OciKind.Object;
        Members = members;
    }

    private OciType(OciKind kind, OciType item)
    {
        Kind = kind;
        Item = item;
    }

    internal OciKind Kind { get; }

    internal OciType? Item { get; }

    internal OciMember[] Members { get; } = [];

    internal static OciType ListOf(OciType item) => new(OciKind.List, item);

    internal static OciType MapOf(OciType item) => new(OciKind.Map, item);
}

/// <summary>A member that the OCI runtime specification knows: its name, its type, and the slot it fills if this program cares for it.</summary>
internal readonly record struct OciMember(string Name, OciType Type, OciSlot Slot = OciSlot.None);

/// <summary>The types of members in the schema of config.json.</summary>
internal enum OciKind
{
    Any,
    String,
    Bool,
    Int32,
    Int64,
    UInt16,
    UInt32,
    UInt64,
    Object,
    List,
    Map,
}

/// <summary>The places in config.json that this program reads or edits; everything else only passes through.</summary>
internal enum OciSlot
{
    None,
    Document,
    Process,
    User,
    Uid,
    Gid,
    AdditionalGids,
    Env,
    Capabilities,
    Bounding,
    Root,
    RootPath,
    Mounts,
    Annotations,
    Hooks,
    Prestart,
    CreateRuntime,
    CreateContainer,
    StartContainer,
    Poststart,
    Poststop,
    Linux,
    CgroupsPath,
    Namespaces,
    Devices,
    NetDevices,
    IntelRdt,
    Resources,
    DeviceRules,
}
