using System.Text.Json;
using GpuContainers.Fuzz.Tests.Runner;
using GpuContainers.Oci;

namespace GpuContainers.Fuzz.Tests.Targets;

/// <summary>config.json: read, edited in every way, and read again (RT-80 to RT-83).</summary>
public sealed class OciDocumentTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "oci-document";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        byte[] bytes = input.ToArray();
        OciDocument document;
        try
        {
            document = OciDocument.Parse(bytes);
        }
        catch (OciException)
        {
            return;
        }
        Assert.Equal(bytes, document.ToBytes());
        int mounts = document.Mounts.Count;
        document.RemovePrestartHooks(hook => hook.Path.Length % 2 == 0);
        document.AddEnv(["A=1", "A=2"]);
        document.SetDevice(new OciDevice { Path = "/dev/x", Type = "c", Major = 1 });
        document.AllowDevice("c", 1, 0, "rwm");
        document.SetNetDevice("eth1", "eth0");
        document.AddMounts([new OciMount { Destination = "/fresh", Source = "/s" }]);
        document.AppendHook("prestart", new OciHook { Path = "/h" });
        document.SetIntelRdt(new IntelRdt { ClosId = "c" });
        document.AddAdditionalGids([0, 44]);
        OciDocument again = OciDocument.Parse(document.ToBytes());
        Assert.Contains("A=2", again.Env);
        Assert.InRange(again.Mounts.Count, mounts, mounts + 1);
        Assert.Contains(44u, again.AdditionalGids);
        using JsonDocument tree = Tree(document.ToBytes());
    }

    // The text may go on behind the document.
    private static JsonDocument Tree(byte[] bytes)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 10000 });
        return JsonDocument.ParseValue(ref reader);
    }
}
