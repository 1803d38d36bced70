using System.Globalization;

namespace GpuContainers.Installer.Settings;

/// <summary>What the installer is asked to do, checked before anything is changed.</summary>
/// <param name="InstallDir">The folder in whose folder toolkit the programs are installed.</param>
/// <param name="SourceRoot">The root of the extracted packages.</param>
/// <param name="PidFile">The file that is locked while the program runs.</param>
/// <param name="NoDaemon">Whether the program ends after the installation.</param>
/// <param name="Toolkit">What is installed and how the toolkit is configured.</param>
/// <param name="Engine">How the engine is configured; null when it is left alone.</param>
/// <param name="Nri">How the NRI plugin is run; null when it is not.</param>
/// <param name="EngineName">The engine's name, also when it is left alone.</param>
/// <param name="HealthAddress">Where probes are answered; empty for nowhere.</param>
/// <param name="Undo">Whether only the engine's files are put back.</param>
internal sealed record InstallerSettings(
    string InstallDir,
    string SourceRoot,
    string PidFile,
    bool NoDaemon,
    ToolkitSettings Toolkit,
    EngineSettings? Engine,
    NriSettings? Nri,
    string EngineName,
    string HealthAddress,
    bool Undo)
{
    private const string PidFileName = "toolkit.pid";

    /// <summary>The folder of the installed programs.</summary>
    public string ToolkitDir => LexicalPath.Join(InstallDir, "toolkit");

    /// <summary>Reads and checks the options, in the order of IN-10 and IN-20.</summary>
    /// <exception cref="ToolkitException">A value that is refused; nothing was changed.</exception>
    public static InstallerSettings From(Invocation invocation)
    {
        string source = Settings.SourceRoot.Resolve(invocation);
        string installDir = invocation.Get(GeneralFlags.InstallDir);
        if (installDir.Length == 0)
            throw new ToolkitException("the install root must be specified; give it with --toolkit-install-dir");
        string pidFile = invocation.Get(GeneralFlags.PidFile);
        if (LexicalPath.Base(pidFile) != PidFileName)
            throw new ToolkitException($"invalid {PidFileName} path {pidFile}; the file's name must be {PidFileName}");
        bool usesNri = invocation.Get(GeneralFlags.EnableNri);
        NriSettings.RequireNamespace(invocation, usesNri);
        ToolkitSettings toolkit = ToolkitSettings.From(invocation);
        EngineSettings engine = EngineSettings.From(invocation, toolkit.CdiEnabled);
        int index = NriSettings.ReadIndex(invocation);
        bool isUndo = invocation.Get(GeneralFlags.Undo);
        bool configures = isUndo || (!usesNri && !invocation.Get(GeneralFlags.NoRuntimeConfig));
        return new InstallerSettings(
            installDir, source, pidFile, invocation.Get(GeneralFlags.NoDaemon), toolkit, configures ? engine : null, usesNri ? NriSettings.From(invocation,
                index, toolkit) : null,
            engine.Engine.Name, invocation.Get(GeneralFlags.HealthAddress), isUndo);
    }
}

/// <summary>How the NRI plugin is run.</summary>
/// <param name="Index">When the engine calls it among others: 0 to 99; null: the engine that starts it says so, or it does not matter.</param>
/// <param name="Socket">The engine's socket.</param>
/// <param name="Namespaces">The namespaces whose pods may have management devices.</param>
/// <param name="ManagementKind">The kind of these devices.</param>
internal sealed record NriSettings(int? Index, string Socket, IReadOnlyList<string> Namespaces, string ManagementKind)
{
    /// <summary>Reads the options of the plugin.</summary>
    public static NriSettings From(Invocation invocation, int? index, ToolkitSettings toolkit) => new(
        index,
        invocation.Get(GeneralFlags.NriSocket),
        [.. invocation.Get(GeneralFlags.NriManagementNamespaces).Prepend(invocation.Get(GeneralFlags.NriNamespace)).Where(name => name.Length > 0)],
        $"{toolkit.CdiVendor}/{toolkit.CdiClass}");

    /// <summary>Checks that a plugin has a namespace.</summary>
    /// <exception cref="ToolkitException">It has none.</exception>
    public static void RequireNamespace(Invocation invocation, bool usesNri)
    {
        if (usesNri && invocation.Get(GeneralFlags.NriNamespace).Length == 0)
            throw new ToolkitException("the NRI namespace must be specified when the NRI plugin is enabled; give it with --nri-namespace");
    }

    /// <summary>The plugin's index, which is checked whether there is a plugin or not.</summary>
    /// <exception cref="ToolkitException">It is not a number from 0 to 99.</exception>
    public static int ReadIndex(Invocation invocation)
    {
        string text = invocation.Get(GeneralFlags.NriIndex);
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index))
            throw new CommandLineException($"invalid value \"{text}\" for flag -{GeneralFlags.NriIndex.Name.TrimStart('-')}: parse error", null);
        return index is >= 0 and <= 99 ? index : throw new ToolkitException($"nri-plugin-index must be in the range [0,99], but is {index}");
    }
}

/// <summary>Where the image keeps the extracted packages.</summary>
internal static class SourceRoot
{
    private const string PackageTool = "usr/bin/rpm";

    /// <summary>The root that is given, else that of the package type.</summary>
    /// <exception cref="ToolkitException">There is no such package type.</exception>
    public static string Resolve(Invocation invocation)
    {
        string given = invocation.Get(GeneralFlags.SourceRoot);
        if (given.Length > 0)
            return given;
        string type = invocation.Get(GeneralFlags.PackageType);
        string root = type switch
        {
            "deb" or "rpm" => "/artifacts/" + type,
            "auto" or "" => "/artifacts/" + (UsesRpm(invocation.Get(EngineFlags.HostRoot)) ? "rpm" : "deb"),
            _ => throw new ToolkitException($"failed to resolve source root: invalid package type: {type}; use deb, rpm or auto"),
        };
        Log.Info($"Resolved source root to {root}");
        return root;
    }

    // The host's tool counts, not one that the image happens to have (IN-12).
    private static bool UsesRpm(string hostRoot)
    {
        string host = hostRoot.Length > 0 && HostFile.IsDirectory(hostRoot) ? hostRoot : "/";
        return HostFile.TryStatus(LexicalPath.Join(host, PackageTool), followLinks: true,
            out FileStatus status) && status.Kind == FileKind.Regular && (status.Mode & FileModes.AnyExecute) != 0;
    }
}

/// <summary>The flags that belong neither to the toolkit nor to an engine.</summary>
internal static class GeneralFlags
{
    public static FlagOption NoDaemon { get; } = new("--no-daemon", "End after the installation; nothing is taken back", "-n") { Variables = ["NO_DAEMON"] };

    public static FlagOption NoRuntimeConfig { get; } = Option.Flag("--no-runtime-config", "Leave the container engine's configuration alone",
        ["NO_RUNTIME_CONFIG"]);

    public static TextOption Runtime { get; } = new("--runtime", "The container engine to configure", "docker", "-r")
    {
        ValueWord = "ENGINE",
        Variables = ["RUNTIME"],
        Choices = ["containerd", "crio", "docker"],
    };

    public static TextOption InstallDir { get; } = Option.Text("--toolkit-install-dir",
        "The folder on the host in whose folder toolkit the programs are installed", "DIR", ["TOOLKIT_INSTALL_DIR", "ROOT"], "/usr/local/nvidia", "--root");

    public static TextOption SourceRoot { get; } = Option.Text("--toolkit-source-root",
        "The root of the extracted packages to install from (default: by package type)", "DIR", ["TOOLKIT_SOURCE_ROOT"]);

    public static TextOption PackageType { get; } = new("--toolkit-package-type",
        "The packages to install from: deb, rpm, or auto for those that the host uses", "auto")
    {
        ValueWord = "TYPE",
        Variables = ["TOOLKIT_PACKAGE_TYPE"],
        Choices = ["auto", "deb", "rpm"],
    };

    public static TextOption PidFile { get; } = Option.Text("--pid-file", "The file that holds the process number and is locked while the program runs", "FILE",
        ["TOOLKIT_PID_FILE", "PID_FILE"], "/run/nvidia/toolkit/toolkit.pid");

    public static FlagOption Debug { get; } = new("--debug", "Enable debug-level logging") { Variables = ["TOOLKIT_DEBUG"] };

    public static FlagOption EnableNri { get; } = Option.Flag("--enable-nri-plugin", "Inject CDI devices as an NRI plugin instead of configuring the engine",
        ["ENABLE_NRI_PLUGIN"], "-p");

    public static TextOption NriIndex { get; } = Option.Text("--nri-plugin-index", "When the engine calls the plugin among others: 0 (first) to 99", "NUMBER",
        ["NRI_PLUGIN_INDEX"], "10");

    public static TextOption NriSocket { get; } = Option.Text("--nri-socket", "The engine's NRI socket", "SOCKET", ["NRI_SOCKET"], "/var/run/nri/nri.sock");

    public static TextOption NriNamespace { get; } = Option.Text("--nri-namespace", "The namespace whose pods may have management devices", "NAME",
        ["NRI_NAMESPACE"]);

    public static ListOption NriManagementNamespaces { get; } = Option.List("--nri-management-cdi-device-namespaces",
        "More namespaces whose pods may have management devices", "NAME", ["NRI_MANAGEMENT_CDI_DEVICE_NAMESPACES"]);

    public static TextOption HealthAddress { get; } = new("--health-address",
        "Where probes are answered: HOST:PORT or :PORT, with /healthz and /readyz; empty: nowhere")
    {
        ValueWord = "ADDRESS",
        Variables = ["HEALTH_ADDRESS"],
    };

    public static FlagOption Undo { get; } = new("--undo", "Give the engine's files back what they held before this program changed them first, and end");

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Option> All { get; } =
    [
        NoDaemon, NoRuntimeConfig, Runtime, InstallDir, SourceRoot, PackageType, PidFile, Debug, EnableNri, NriIndex, NriSocket, NriNamespace,
            NriManagementNamespaces, HealthAddress, Undo,
    ];
}
