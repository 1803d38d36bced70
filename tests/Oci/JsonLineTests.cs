using System.Text;
using System.Text.Json;
using CsCheck;
using GpuContainers.Oci.Json;

namespace GpuContainers.Oci.Tests;

public sealed class JsonLineTests
{
    [Fact]
    public void Objects_lists_and_scalars_are_separated()
    {
        var json = new JsonLine();
        json.BeginObject();
        json.Name("a");
        json.BeginList();
        json.Value(-5);
        json.Value(true);
        json.BeginObject();
        json.EndObject();
        json.EndList();
        json.Optional("none", "");
        json.Optional("b", "x");
        json.Optional("c", (long?)null);
        json.Optional("d", 0);
        json.Optional("e", ["y", "z"]);
        json.EndObject();
        Assert.Equal("""{"a":[-5,true,{}],"b":"x","d":0,"e":["y","z"]}""", Encoding.UTF8.GetString(json.Written));
    }

    [Fact]
    public void Every_text_is_read_again() => Gen.String.Sample(text =>
    {
        var json = new JsonLine();
        json.Value(text);
        Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), JsonSerializer.Deserialize<string>(json.Written));
        Assert.Equal(JsonSerializer.Deserialize<string>(json.Written), JsonText.Decode(json.Written[1..^1]));
    });
}
