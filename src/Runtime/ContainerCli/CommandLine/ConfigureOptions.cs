using System.Globalization;
using GpuContainers.Linux;
using GpuContainers.Linux.Paths;
using GpuContainers.Runtime.ContainerCli.Driver;

namespace GpuContainers.Runtime.ContainerCli.CommandLine;

/// <summary>The options of the command <c>configure</c>.</summary>
internal sealed class ConfigureOptions
{
    private const int MostRequirements = 32;

    private readonly List<string> _requirements = [];
    private readonly List<string> _compatModes = [];

    /// <summary>The container's first process; 0 when this program runs inside the container.</summary>
    internal int Process { get; private set; }

    internal string Devices { get; private set; } = "";

    internal IReadOnlyList<string> Requirements => _requirements;

    /// <summary>The program that makes the loader's cache; "@" before one of the host; empty for the container's own one.</summary>
    internal string Ldconfig { get; private set; } = "";

    /// <summary>What the container gets libraries of (CL-58).</summary>
    internal LibraryGroup Libraries { get; private set; }

    /// <summary>What the container gets programs of.</summary>
    internal LibraryGroup Programs { get; private set; }

    /// <summary>Whether it may use a display.</summary>
    internal bool Display { get; private set; }

    /// <summary>Whether it gets 32-bit libraries too.</summary>
    internal bool Compat32 { get; private set; }

    internal string MigConfig { get; private set; } = "";

    internal string MigMonitor { get; private set; } = "";

    internal string ImexChannels { get; private set; } = "";

    internal bool NoCgroups { get; private set; }

    internal bool NoDeviceMounts { get; private set; }

    internal DriverOmissions Omissions { get; } = new();

    /// <summary>The words for --cuda-compat-mode, in their order.</summary>
    internal IReadOnlyList<string> CompatModes => _compatModes;

    /// <summary>The container's root.</summary>
    internal string Rootfs { get; private set; } = "";

    /// <summary>What the command line asks to be printed instead of any work; null for nothing.</summary>
    internal string? Print { get; private set; }

    internal static CliSyntax Syntax(string program) => new(
        program + " configure", "ROOTFS", "Give a container the driver and its devices",
        [
            CliOption.Text("pid", 'p', "PID", "The container's first process"),
            CliOption.Text("device", 'd', "ID", "Device UUIDs, PCI addresses or indices, separated by commas, or all"),
            CliOption.Text("require", 'r', "EXPR", "Condition on the driver or the devices, as in cuda>=12.4"),
            CliOption.Text("ldconfig", 'l', "PATH", "Program that makes the loader's cache; @PATH for one of the host, whose work is done here"),
            CliOption.Flag("compute", 'c', "Enable CUDA"),
            CliOption.Flag("utility", 'u', "Enable the management programs"),
            CliOption.Flag("video", 'v', "Enable video encoding and decoding"),
            CliOption.Flag("graphics", 'g', "Enable OpenGL and Vulkan"),
            CliOption.Flag("display", 'D', "Enable displays"),
            CliOption.Flag("ngx", 'n', "Enable NGX"),
            CliOption.Flag("compat32", '\0', "Enable 32-bit programs"),
            .. SharedOptions.Lists,
            CliOption.Flag("no-cgroups", '\0', "Do not change device cgroups"),
            CliOption.Flag("no-devbind", '\0', "Do not mount device nodes"),
            .. SharedOptions.Omissions,
            CliOption.Text("cuda-compat-mode", '\0', "MODE", "What is done with the image's CUDA compatibility libraries: disabled, mount, ldconfig"),
        ]);

    /// <exception cref="UsageException">The words are not understood.</exception>
    /// <exception cref="CliException">A value is not possible.</exception>
    internal static ConfigureOptions Read(CliSyntax syntax, IReadOnlyList<string> words)
    {
        var options = new ConfigureOptions();
        var reader = new OptionReader(syntax, words);
        while (reader.Next(out string? value) is { } option)
        {
            options.Take(syntax, option.Name, value);
            if (options.Print is not null)
                return options;
        }
        // The whole machine is not a container (CL-54).
        if (reader.Operands.Count != 1)
            throw UsageException.Operands(syntax);
        string rootfs = LexicalPath.Clean(reader.Operands[0]);
        if (!rootfs.StartsWith('/') || rootfs == "/")
            throw new CliException(CliError.Input, "invalid rootfs directory", $"{reader.Operands[0]} must be an absolute path and not /");
        options.Rootfs = rootfs;
        return options;
    }

    private void Take(CliSyntax syntax, string name, string? value)
    {
        if (TakeCapability(name) || TakeList(name, value) || Omissions.Take(name))
            return;
        switch (name)
        {
            case "pid":
                Process = ParseProcess(value!);
                break;
            case "require":
                AddRequirement(value!);
                break;
            case "ldconfig":
                Ldconfig = value!;
                break;
            case "no-cgroups":
                NoCgroups = true;
                break;
            case "no-devbind":
                NoDeviceMounts = true;
                break;
            case "cuda-compat-mode":
                _compatModes.Add(value!);
                break;
            default:
                Print = GlobalOptions.CommonPrint(syntax, name);
                break;
        }
    }

    private bool TakeList(string name, string? value)
    {
        switch (name)
        {
            case "device":
                Devices = SharedOptions.Join(Devices, value!);
                return true;
            case "mig-config":
                MigConfig = SharedOptions.Join(MigConfig, value!);
                return true;
            case "mig-monitor":
                MigMonitor = SharedOptions.Join(MigMonitor, value!);
                return true;
            case "imex-channel":
                ImexChannels = SharedOptions.Join(ImexChannels, value!);
                return true;
            default:
                return false;
        }
    }

    // A capability stands for groups of files, and video needs those of compute (CL-58).
    private bool TakeCapability(string name)
    {
        (LibraryGroup libraries, LibraryGroup programs) = name switch
        {
            "compute" => (LibraryGroup.Compute, LibraryGroup.Compute),
            "utility" => (LibraryGroup.Utility, LibraryGroup.Utility),
            "video" => (LibraryGroup.Video | LibraryGroup.Compute, LibraryGroup.None),
            "graphics" or "display" => (LibraryGroup.Graphics, LibraryGroup.None),
            "ngx" => (LibraryGroup.Ngx, LibraryGroup.None),
            _ => (LibraryGroup.None, LibraryGroup.None),
        };
        Libraries |= libraries;
        Programs |= programs;
        Display |= name == "display";
        Compat32 |= name == "compat32";
        return libraries != LibraryGroup.None || name == "compat32";
    }

    private void AddRequirement(string expression)
    {
        if (_requirements.Count == MostRequirements)
            throw new CliException(CliError.Input, "too many requirements", $"at most {MostRequirements} are allowed");
        _requirements.Add(expression);
    }

    private static int ParseProcess(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int process))
            return process;
        bool isTooLarge = text.Length > 0 && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;
        Errno error = isTooLarge ? Errno.ERANGE : Errno.EINVAL;
        throw new CliException(CliError.Input, $"parse pid failed: {error.Describe()}", $"\"{text}\" must be the number of a process");
    }
}
