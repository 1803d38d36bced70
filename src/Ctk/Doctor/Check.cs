namespace GpuContainers.Ctk.Doctor;

/// <summary>One thing that doctor looks at.</summary>
/// <param name="Code">Its stable name, such as <c>uvm-nodes</c>: it is never given another meaning.</param>
/// <param name="Subject">The group it is shown in.</param>
/// <param name="Why">Why it matters, as a sentence without its full stop.</param>
/// <param name="Look">Looks at a machine; one finding, or one for each engine or file that it concerns. Never changes anything.</param>
internal sealed record Check(string Code, Subject Subject, string Why, Func<Machine, IReadOnlyList<Finding>> Look)
{
    /// <summary>A check with exactly one finding.</summary>
    public static Check Of(string code, Subject subject, string why, Func<Machine, Finding> look) => new(code, subject, why, machine => [look(machine)]);
}

/// <summary>The groups of checks, in the order in which they are shown where nothing is wrong.</summary>
internal enum Subject
{
    /// <summary>Kernel module and libraries.</summary>
    Driver,

    /// <summary>Device nodes.</summary>
    Devices,

    /// <summary>What only some machines have: NVSwitch, IMEX, WSL, Tegra.</summary>
    Platform,

    /// <summary>CDI specifications.</summary>
    Cdi,

    /// <summary>The toolkit itself: config.toml, programs, packages.</summary>
    Toolkit,

    /// <summary>Container engines.</summary>
    Engines,

    /// <summary>Running containers and their control groups.</summary>
    Containers,

    /// <summary>SELinux, AppArmor, user namespaces, units.</summary>
    System,
}
