using System.Text;
using GpuContainers.Runtime.Prestart;

namespace GpuContainers.Runtime.Tests.Prestart;

public sealed class CliEnvironmentTests
{
    [Fact]
    [Requirement("LG-71")]
    public void A_configured_entry_takes_the_place_of_the_inherited_one() =>
        Assert.Equal(["B=new", "AB=2", "C=3"], Put(["B=1", "AB=2", "B=old"], "B=new", "C=3"));

    [Fact]
    [Requirement("LG-71")]
    public void An_entry_without_a_value_is_appended_unchanged() => Assert.Equal(["A=1", "A"], Put(["A=1"], "A"));

    [Fact]
    [Requirement("LG-71")]
    public void Inherited_bytes_stay_as_they_are()
    {
        byte[] inherited = [(byte)'X', (byte)'=', 0xff, 0xfe];
        var environment = new List<byte[]> { inherited };
        CliEnvironment.Put(environment, "A=1");
        Assert.Same(inherited, environment[0]);
    }

    private static List<string> Put(string[] inherited, params string[] entries)
    {
        var environment = new List<byte[]>(inherited.Select(Encoding.UTF8.GetBytes));
        foreach (string entry in entries)
            CliEnvironment.Put(environment, entry);
        return environment.ConvertAll(Encoding.UTF8.GetString);
    }
}
