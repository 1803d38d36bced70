using GpuContainers.Host.Driver;
using GpuContainers.Host.Inventory;

namespace GpuContainers.Runtime.ContainerCli.CommandLine;

/// <summary>The options before the command.</summary>
internal sealed class GlobalOptions : CliLevel
{
    private GlobalOptions(string program, string debugFile)
        : base(program, "COMMAND [ARG...]", "Command line utility to give containers the NVIDIA driver. Commands: info, list, configure")
    {
        Debug = debugFile;
        Text("debug", 'd', "FILE", "Write the debug log to this file", value => Debug = value);
        Flag("load-kmods", 'k', "Load kernel modules and create host device nodes first", () => LoadKernelModules = true);
        Flag("no-pivot", 'n', "Accepted; only of meaning where a program of the container is run", static () => { });
        Add(new CliOption("user", 'u', CliValue.Optional, "UID[:GID]", "Account of the process that asks the driver's library",
            value => User = value is null ? UserAccount.FromCaller() : UserAccount.Parse(value)));
        Text("root", 'r', "PATH", "Host root of the driver installation", value => Root = value);
        Text("ldcache", 'l', "FILE", "Cache of the dynamic loader inside the root", value => Ldcache = value);
        Flag("no-create-imex-channels", '\0', "Do not create IMEX channel nodes with --load-kmods", () => NoCreateImexChannels = true);
    }

    /// <summary>The file for the debug log; empty for none.</summary>
    internal string Debug { get; private set; }

    /// <summary>Whether kernel modules are loaded and nodes made first.</summary>
    internal bool LoadKernelModules { get; private set; }

    /// <summary>Whether IMEX channel nodes are left alone then.</summary>
    internal bool NoCreateImexChannels { get; private set; }

    /// <summary>The account of the process that asks the driver's library; null for the default one.</summary>
    internal UserAccount? User { get; private set; }

    /// <summary>The host root of the driver.</summary>
    internal string Root { get; private set; } = "/";

    /// <summary>The loader's cache below the root.</summary>
    internal string Ldcache { get; private set; } = "/etc/ld.so.cache";

    /// <summary>The command and its words.</summary>
    internal IReadOnlyList<string> Command { get; private set; } = [];

    /// <summary>Reads them; all are read before any work (CL-6).</summary>
    /// <param name="program">The name the program is called by.</param>
    /// <param name="words">The words behind it.</param>
    /// <param name="debugVariable">NVC_DEBUG_FILE of the environment, which the option overrides (CL-14).</param>
    internal static GlobalOptions Read(string program, IReadOnlyList<string> words, string debugVariable)
    {
        var options = new GlobalOptions(program, debugVariable);
        OptionReader reader = options.ReadOptions(words, stopsAtOperand: true);
        string[] rest = new string[words.Count - reader.Position];
        for (int i = 0; i < rest.Length; i++)
            rest[i] = words[reader.Position + i];
        options.Command = rest;
        return options;
    }
}

/// <summary>The account under which the driver's library is asked (CL-8, CL-53).</summary>
internal static class DriverAccounts
{
    /// <summary>The account of --user; else that of nobody, or of a caller who has no other.</summary>
    internal static DriverAccount Choose(GlobalOptions options, DriverRoot root)
    {
        UserAccount account = options.User ?? (IsBound(options) ? UserAccount.FromCaller() : UserAccount.FromOverflow());
        return new DriverAccount(root, account.Uid, account.Gid);
    }

    // People may look at the driver without being root; and in a user namespace nobody may not exist.
    private static bool IsBound(GlobalOptions options)
    {
        if (ProcessCredentials.EffectiveUser != 0)
            return options.Command is [not "configure", ..];
        var nobody = UserAccount.FromOverflow();
        return !UserNamespace.CanBecome(nobody.Uid, nobody.Gid);
    }
}

/// <summary>An account by its numbers.</summary>
internal sealed record UserAccount(uint Uid, uint Gid)
{
    private const long Limit = 16 << 20;

    // What the kernel shows for an account that it cannot show; an account of no rights (CL-8).
    private const uint Overflow = 65534;

    /// <summary>The account that owns nothing (CL-8).</summary>
    internal static UserAccount FromOverflow() => new(KernelNumber("overflowuid"), KernelNumber("overflowgid"));

    /// <summary>The account of this process.</summary>
    internal static UserAccount FromCaller() => new(ProcessCredentials.EffectiveUser, ProcessCredentials.EffectiveGroup);

    /// <summary>Reads USER[:GROUP], names or numbers; without a group the account's own one (CL-7).</summary>
    /// <exception cref="CliException">The account or group does not exist, or the number is too large.</exception>
    internal static UserAccount Parse(string text)
    {
        int colon = text.IndexOf(':');
        string user = colon < 0 ? text : text[..colon];
        string group = colon < 0 ? "" : text[(colon + 1)..];
        uint? uid = Number(user);
        if (uid is not null && group.Length > 0)
            return new UserAccount(uid.Value, GroupOf(group));
        // The account's line tells number and group of a name, and the group of a number.
        string[] account = Line("/etc/passwd", uid is null ? 0 : 2, uid is null ? user : uid.Value.ToString(CultureInfo.InvariantCulture));
        uint owner = uid ?? Field(account, 2);
        return new UserAccount(owner, group.Length > 0 ? GroupOf(group) : Field(account, 3));
    }

    private static uint GroupOf(string group) => Number(group) ?? Field(Line("/etc/group", 0, group), 2);

    private static uint? Number(string text)
    {
        if (text.Length == 0 || text.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0)
            return null;
        bool fits = uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number != uint.MaxValue;
        return fits ? number : throw Failure(Errno.ERANGE);
    }

    private static uint Field(string[] line, int index) =>
        index < line.Length && uint.TryParse(line[index], NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
            ? number
            : throw Failure(Errno.EINVAL);

    // The static program has no name service of its own, so only the files are looked at.
    private static string[] Line(string file, int index, string value)
    {
        if (value.Length > 0 && HostFile.TryReadAll(file, Limit, out byte[] bytes, out _))
        {
            foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n'))
            {
                string[] fields = line.Split(':');
                if (index < fields.Length && fields[index] == value)
                    return fields;
            }
        }
        throw Failure(Errno.ENOENT);
    }

    private static uint KernelNumber(string name) =>
        HostFile.TryReadAll("/proc/sys/kernel/" + name, 64, out byte[] text, out _)
        && uint.TryParse(Encoding.ASCII.GetString(text).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : Overflow;

    private static CliException Failure(Errno error) =>
        new(
            CliError.Input, $"parse user/group failed: {error.Describe()}",
            "--user takes USER[:GROUP] as names or numbers that /etc/passwd and /etc/group know");
}
