using System.Text.Json;

namespace GpuContainers.Runtime.Hooks.State;

/// <summary>
/// The container's root as runc gives it to a hook before the state: as the working directory. The state follows when runc, which lets one thread at a time
/// run and has it wait for the hook, notices that another could write it: ten milliseconds and more after the hook's start (HK-151).
/// </summary>
internal static class WorkingRoot
{
    private const string Above = "..";
    private const string Config = Above + "/config.json";

    /// <summary>
    /// Whether the working directory is certainly the root of the container that this hook was started for: something is mounted there, and the config.json
    /// one folder up names it as its root, and this very hook among those of createContainer.
    /// </summary>
    /// <param name="arguments">The hook's arguments, its name among them; config.json has the program's own words in front of them.</param>
    /// <param name="limit">The most bytes of config.json.</param>
    internal static bool IsCertain(byte[][] arguments, long limit)
    {
        if (arguments.Length == 0 || !HostFile.TryReadAll(Config, limit, out byte[] text, out _))
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
        return isNamed && root.Length > 0 && HostFile.IsMountPoint(".") && IsHere(root.StartsWith('/') ? root : $"{Above}/{root}");
    }

    private static bool IsHere(string path) =>
        HostFile.TryStatus(path, true, out FileStatus there) && HostFile.TryStatus(".", true, out FileStatus here)
        && here.IsSameFile(there) && here.MountId == there.MountId;

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
