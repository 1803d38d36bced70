using System.Runtime.InteropServices;
using GpuContainers.Packaging.Tests;

[assembly: AssemblyFixture(typeof(Packages))]

namespace GpuContainers.Packaging.Tests;

/// <summary>The packages of this machine's architecture, made once of the built programs: in today's version and in one that is older.</summary>
public sealed class Packages : IDisposable
{
    internal const string OlderVersion = "1.19.0";

    private readonly string _folder = Directory.CreateTempSubdirectory("packages-").FullName;
    private readonly Lazy<string> _inputs;
    private readonly Lazy<bool> _today;
    private readonly Lazy<bool> _older;

    /// <summary>Prepares; the packages are made when the first test wants them.</summary>
    public Packages()
    {
        _inputs = new Lazy<string>(CopyInputs);
        _today = new Lazy<bool>(() => Build("today", ""));
        _older = new Lazy<bool>(() => Build("older", OlderVersion));
    }

    /// <summary>Debian's and rpm's names of this machine.</summary>
    internal static (string Deb, string Rpm, string Tar) Architecture { get; } =
        RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64
            ? ("arm64", "aarch64", "arm64") : ("amd64", "x86_64", "x64");

    internal string Folder => _folder;

    internal string Deb => Today($"gpu-containers_*_{Architecture.Deb}.deb");

    internal string SimulatorDeb => Today($"gpu-containers-simulator_*_{Architecture.Deb}.deb");

    internal string Rpm => Today($"gpu-containers-1*.{Architecture.Rpm}.rpm");

    internal string Tar => Today($"*-linux-{Architecture.Tar}.tar.gz");

    internal string OlderDeb => _older.Value ? Find("older", $"gpu-containers_*_{Architecture.Deb}.deb") : "";

    internal string OlderRpm => _older.Value ? Find("older", $"gpu-containers-1*.{Architecture.Rpm}.rpm") : "";

    /// <summary>Builds all of them anew.</summary>
    /// <param name="name">The folder.</param>
    /// <param name="version">Another version than today's; empty for today's.</param>
    /// <param name="around">A command that is given the program that builds, and runs it; empty for none.</param>
    internal bool Build(string name, string version, params string[] around)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "packages are installed by root");
        foreach (string tool in (string[])["dpkg-deb", "rpmbuild", "rpm"])
            _ = Checkout.MachineProgram(tool);
        var environment = new Dictionary<string, string?> { ["COMPRESSION"] = "gzip", ["RPM_PAYLOAD"] = "w1.gzdio", ["SOURCE_DATE_EPOCH"] = "1700000000" };
        if (version.Length > 0)
            environment["PACKAGE_VERSION"] = version;
        string programs = _inputs.Value + "/bin", simulator = _inputs.Value + "/simulator";
        string[] command = [.. around, Checkout.At("packaging", "build.sh"), Architecture.Tar, programs, simulator, programs, Path.Combine(_folder, name)];
        Command.Run(command[0], command[1..], environment).Succeeded();
        return true;
    }

    // Two builds are compared, and a build of the programs may replace them meanwhile.
    private string CopyInputs()
    {
        string inputs = Path.Combine(_folder, "inputs");
        Directory.CreateDirectory(inputs);
        Command.Run("cp", "--archive", Path.GetDirectoryName(Checkout.Program("nvidia-ctk-installer"))!, Path.GetDirectoryName(Checkout.Simulator())!, inputs)
            .Succeeded();
        return inputs;
    }

    private string Today(string pattern) => _today.Value ? Find("today", pattern) : "";

    private string Find(string folder, string pattern) => Directory.GetFiles(Path.Combine(_folder, folder), pattern).Single();

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
