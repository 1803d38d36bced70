namespace GpuContainers.Installer.Settings;

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
