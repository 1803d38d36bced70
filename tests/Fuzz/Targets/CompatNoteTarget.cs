using System.Text;
using GpuContainers.Fuzz.Tests.Runner;
using GpuContainers.Runtime;
using GpuContainers.Runtime.Hooks.Compat;

namespace GpuContainers.Fuzz.Tests.Targets;

/// <summary>What an image's compatibility library says of itself, as text and inside a library, and the versions in it (HK-100, HK-103 to HK-107).</summary>
public sealed class CompatNoteTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "compat-note";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        byte[] bytes = input.ToArray();
        int Read(Span<byte> buffer, long offset)
        {
            int count = (int)Math.Clamp(bytes.Length - offset, 0, buffer.Length);
            bytes.AsSpan((int)Math.Min(offset, bytes.Length), count).CopyTo(buffer);
            return count;
        }
        CompatNote? inside = CompatNote.Read(Read, bytes.Length);
        CompatNote? text = CompatNote.Parse(input);
        SemanticVersion? version = SemanticVersion.Parse(Encoding.UTF8.GetString(input));
        SemanticVersion host = SemanticVersion.Parse("570.133.20")!;
        Assert.True(version is null || version.CompareTo(version) == 0);
        Assert.True(version is null || Math.Sign(version.CompareTo(host)) == -Math.Sign(host.CompareTo(version)));
        foreach (CompatNote? note in (CompatNote?[])[inside, text])
        {
            _ = CompatDecision.UseCompat(note, version, host, null, hostCudaGiven: false);
            _ = CompatDecision.UseCompat(note, null, null, host, hostCudaGiven: true);
            // A host that is newer than the library keeps its own (HK-101).
            Assert.False(CompatDecision.UseCompat(note, SemanticVersion.Parse("1.0"), host, null, hostCudaGiven: false));
        }
    }
}
