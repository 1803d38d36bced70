namespace GpuContainers.Oci.Json;

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
    Namespaces,
    Devices,
    NetDevices,
    IntelRdt,
    Resources,
    DeviceRules,
}
