using System.Text.Json;
using GpuContainers.Oci.Json;

namespace GpuContainers.Runtime.Prestart;

/// <summary>What the hook uses of the container state that the low-level runtime writes to its standard input.</summary>
/// <param name="ProcessId">The container's process; 0 when it is not given.</param>
/// <param name="Bundle">The bundle directory; empty, which means the working directory, when it is not given.</param>
internal sealed record PrestartState(long ProcessId, string Bundle)
{
    // States are a few hundred bytes plus annotations; a limit keeps an endless pipe from filling the memory.
    private const int Limit = 16 << 20;

    /// <summary>Reads up to the end of the first JSON value, so that a runtime may leave its end of the pipe open.</summary>
    /// <exception cref="CoreException">There is no such value, or a member that is used has another type (LG-18, LG-19).</exception>
    public static PrestartState Read(Descriptor input)
    {
        byte[] buffer = new byte[4096];
        int length = 0;
        try
        {
            while (input.Read(buffer.AsSpan(length)) is > 0 and int count)
            {
                length += count;
                if (IsWhole(buffer.AsSpan(0, length)))
                    break;
                if (length == Limit)
                    throw Undecodable("it is larger than any that is real");
                if (length == buffer.Length)
                    Array.Resize(ref buffer, Math.Min(length * 4, Limit));
            }
        }
        catch (LinuxException error)
        {
            throw Undecodable(error.Message);
        }
        return Parse(buffer.AsSpan(0, length));
    }

    /// <summary>Reads the first JSON value of a text; what follows it, and all other members, are ignored.</summary>
    /// <exception cref="CoreException">As for <see cref="Read"/>.</exception>
    public static PrestartState Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return Members(json);
        }
        catch (JsonException error)
        {
            throw Undecodable(JsonText.Describe(error, json));
        }
    }

    /// <summary>Passes when a process is named: nvidia-container-cli would take 0 for "none" and change the namespace of its caller (LG-20).</summary>
    /// <exception cref="CoreException">The process id is missing, 0 or negative.</exception>
    public void RequireProcess()
    {
        if (ProcessId <= 0)
        {
            throw new CoreException(
                $"invalid pid {ProcessId} in the container state; the low-level runtime must call the hook once the container's process exists");
        }
    }

    private static PrestartState Members(ReadOnlySpan<byte> json)
    {
        long processId = 0;
        string bundle = "";
        string bundlePath = "";
        Utf8JsonReader reader = PrestartJson.Reader(json);
        if (!PrestartJson.Enter(ref reader, "the container state"))
            return new PrestartState(0, "");
        while (PrestartJson.NextMember(ref reader, out string name))
        {
            switch (name)
            {
                case "pid": processId = PrestartJson.Integer(ref reader, name, processId); break;
                case "bundle": bundle = PrestartJson.Text(ref reader, name, bundle); break;
                // Runtimes before Docker 17.06 (LG-19).
                case "bundlepath": bundlePath = PrestartJson.Text(ref reader, "bundlePath", bundlePath); break;
                default: reader.Skip(); break;
            }
        }
        return new PrestartState(processId, bundle.Length > 0 ? bundle : bundlePath);
    }

    // Broken text counts as whole: reading on would not mend it.
    private static bool IsWhole(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, isFinalBlock: false, new JsonReaderState(PrestartJson.Options));
        try
        {
            return reader.Read() && reader.TrySkip();
        }
        catch (JsonException)
        {
            return true;
        }
    }

    private static CoreException Undecodable(string cause) => new(
        $"could not decode container state: {cause}; the low-level runtime that calls the hook writes the state to its standard input");
}
