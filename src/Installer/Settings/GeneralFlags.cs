using GpuContainers.CommandLine;

namespace GpuContainers.Installer.Settings;

/// <summary>The flags that belong neither to the toolkit nor to an engine.</summary>
internal static class GeneralFlags
{
    public static FlagOption NoDaemon { get; } = new("--no-daemon", "End after the installation; nothing is taken back", "-n") { Variables = ["NO_DAEMON"] };

    public static FlagOption NoRuntimeConfig { get; } = new("--no-runtime-config", "Leave the container engine's configuration alone")
    {
        Variables = ["NO_RUNTIME_CONFIG"],
    };

    public static TextOption Runtime { get; } = new("--runtime", "The container engine to configure", "docker", "-r")
    {
        ValueWord = "ENGINE",
        Variables = ["RUNTIME"],
        Choices = ["containerd", "crio", "docker"],
    };

    public static TextOption InstallDir { get; } = new("--toolkit-install-dir", "The folder on the host in whose folder toolkit the programs are installed",
        "/usr/local/nvidia", "--root")
    {
        ValueWord = "DIR",
        Variables = ["TOOLKIT_INSTALL_DIR", "ROOT"],
    };

    public static TextOption SourceRoot { get; } = new("--toolkit-source-root",
        "The root of the extracted packages to install from (default: by package type)")
    {
        ValueWord = "DIR",
        Variables = ["TOOLKIT_SOURCE_ROOT"],
    };

    public static TextOption PackageType { get; } = new("--toolkit-package-type",
        "The packages to install from: deb, rpm, or auto for those that the host uses", "auto")
    {
        ValueWord = "TYPE",
        Variables = ["TOOLKIT_PACKAGE_TYPE"],
        Choices = ["auto", "deb", "rpm"],
    };

    public static TextOption PidFile { get; } = new("--pid-file", "The file that holds the process number and is locked while the program runs",
        "/run/nvidia/toolkit/toolkit.pid")
    {
        ValueWord = "FILE",
        Variables = ["TOOLKIT_PID_FILE", "PID_FILE"],
    };

    public static FlagOption Debug { get; } = new("--debug", "Enable debug-level logging") { Variables = ["TOOLKIT_DEBUG"] };

    public static FlagOption EnableNri { get; } = new("--enable-nri-plugin", "Inject CDI devices as an NRI plugin instead of configuring the engine", "-p")
    {
        Variables = ["ENABLE_NRI_PLUGIN"],
    };

    public static TextOption NriIndex { get; } = new("--nri-plugin-index", "When the engine calls the plugin among others: 0 (first) to 99", "10")
    {
        ValueWord = "NUMBER",
        Variables = ["NRI_PLUGIN_INDEX"],
    };

    public static TextOption NriSocket { get; } = new("--nri-socket", "The engine's NRI socket", "/var/run/nri/nri.sock")
    {
        ValueWord = "SOCKET",
        Variables = ["NRI_SOCKET"],
    };

    public static TextOption NriNamespace { get; } = new("--nri-namespace", "The namespace whose pods may have management devices")
    {
        ValueWord = "NAME",
        Variables = ["NRI_NAMESPACE"],
    };

    public static ListOption NriManagementNamespaces { get; } = new("--nri-management-cdi-device-namespaces",
        "More namespaces whose pods may have management devices", [])
    {
        ValueWord = "NAME",
        Variables = ["NRI_MANAGEMENT_CDI_DEVICE_NAMESPACES"],
        TrimsItems = false,
    };

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
