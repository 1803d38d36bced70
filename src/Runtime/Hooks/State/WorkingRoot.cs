using System.Text.Json;

namespace GpuContainers.Runtime.Hooks.State;

/// <summary>
/// The container's root as runc gives it to a hook before the state: as the working directory. The state follows when runc, which lets one thread at a time
/// run and has it wait for the hook, notices that another could write it: ten milliseconds and more after the hook's start (HK-151).
/// </summary>
internal static class WorkingRoot
{
    private const string Here = ".";
    private const string Above = "..";
    private const int LongestProcess = 4096;
    private const int LongestCommand = 1 << 20;

    /// <summary>
    /// Whether the working directory is certainly the root of the container that this hook was started for: something is mounted there, and the config.json
    /// of a bundle names it as its root, and this very hook among those of createContainer. The bundle is looked for one folder up, and in the command line
    /// of the runtime that started this process; wherever it was found, what it says is the proof.
    /// </summary>
    /// <param name="arguments">The hook's arguments, its name among them; config.json has the program's own words in front of them.</param>
    /// <param name="limit">The most bytes of config.json.</param>
    internal static bool IsCertain(byte[][] arguments, long limit) =>
        arguments.Length > 0 && HostFile.TryStatus(Here, true, out FileStatus here) && here.IsMountPoint && !IsAt("/", here)
        && (IsNamedBy(Above, here, arguments, limit) || (RuntimesBundle() is { } bundle && IsNamedBy(bundle, here, arguments, limit)));

    private static bool IsAt(string path, in FileStatus here) =>
        HostFile.TryStatus(path, true, out FileStatus there) && here.IsSameFile(there) && here.MountId == there.MountId;

    private static bool IsNamedBy(string bundle, in FileStatus here, byte[][] arguments, long limit)
    {
        if (!HostFile.TryReadAll($"{bundle}/config.json", limit, out byte[] text, out _))
            return false;
        string root = "";
        bool isNamed = false;
        try
        {
            HookJson.ReadObject(text, "config.json", (ref Utf8JsonReader reader, string name) =>
            {
                if (HookState.IsRoot(name))
                    root = HookState.RootPath(ref reader, root);
                else if (name == "hooks")
                    isNamed = AreNamed(ref reader, arguments);
                else
                    reader.Skip();
            });
        }
        // Whoever comes to this file by way of the state tells what is wrong with it.
        catch (HookException)
        {
            return false;
        }
        string path = root.StartsWith('/') ? root : $"{bundle}/{root}";
        return isNamed && root.Length > 0 && IsAt(path, here);
    }

    // A hook's parent is the container's first process, and that one's parent is the runtime: "runc … create --bundle FOLDER … ID". Null when it is not so.
    // In procfs the numbers are those of the host, whatever this process takes itself for (HK-37).
    private static string? RuntimesBundle()
    {
        if (ParentOf("self") is not { } first || ParentOf(first) is not { } runtime
            || !HostFile.TryReadAll($"/proc/{runtime}/cmdline", LongestCommand, out byte[] command, out _))
            return null;
        string[] words = Encoding.UTF8.GetString(command).Split('\0');
        int at = Array.FindIndex(words, static w => w is "--bundle" or "-bundle" or "-b");
        string? bundle = at >= 0 && at + 1 < words.Length ? words[at + 1]
            : Array.Find(words, static w => w.StartsWith("--bundle=", StringComparison.Ordinal))?["--bundle=".Length..];
        return bundle is ['/', ..] ? bundle : null;
    }

    // "7 (a name) S 6 …": whatever the name is made of.
    private static string? ParentOf(string process)
    {
        if (!HostFile.TryReadAll($"/proc/{process}/stat", LongestProcess, out byte[] text, out _))
            return null;
        string[] words = Encoding.Latin1.GetString(text)[(text.AsSpan().LastIndexOf((byte)')') + 1)..].Split(' ');
        return words.Length > 2 && words[2] != "0" ? words[2] : null;
    }

    // The stages of hooks that the reader stands on.
    private static bool AreNamed(ref Utf8JsonReader reader, byte[][] arguments)
    {
        bool isNamed = false;
        HookJson.ReadMembers(ref reader, "hooks", (ref Utf8JsonReader stage, string name) =>
        {
            if (name == "createContainer" && stage.TokenType == JsonTokenType.StartArray)
                isNamed = ListNames(ref stage, arguments);
            else
                stage.Skip();
        });
        return isNamed;
    }

    // The list of hooks that the reader stands on.
    private static bool ListNames(ref Utf8JsonReader reader, byte[][] arguments)
    {
        bool isNamed = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            HookJson.ReadMembers(ref reader, "hook", (ref Utf8JsonReader member, string name) =>
            {
                if (name == "args" && member.TokenType == JsonTokenType.StartArray)
                    isNamed |= EndsWith(ref member, arguments);
                else
                    member.Skip();
            });
        }
        return isNamed;
    }

    private static bool EndsWith(ref Utf8JsonReader reader, byte[][] arguments)
    {
        Utf8JsonReader ahead = reader;
        int before = -arguments.Length;
        while (ahead.Read() && ahead.TokenType != JsonTokenType.EndArray)
            before++;
        bool isSame = before > 0;
        for (int i = -before; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            isSame &= i < 0 || (reader.TokenType == JsonTokenType.String && i < arguments.Length && reader.ValueTextEquals(arguments[i]));
        return isSame;
    }
}
